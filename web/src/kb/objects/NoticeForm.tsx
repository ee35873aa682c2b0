import { Checkbox, DatePicker, Input } from 'antd';
import dayjs from 'dayjs';
import { wordList, words } from '../../shared/read';
import { K } from '../texts';
import { withField } from '../values';
import { Field } from './Field';
import type { FormProps } from './forms';

const WRITTEN = 'YYYY-MM-DDTHH:mm:00';
const OFFSET = '+08:00';
const SHOWN = 'YYYY年M月D日 HH:mm';

/** The fields of a Chinese wall clock, whatever the browser's zone: the picker shows them as they are. */
const wall = (time: string): dayjs.Dayjs | null => {
  const bare = time.replace(' ', 'T').replace(/(?:Z|[+-]\d\d:?\d\d)$/, '');
  return bare ? dayjs(bare) : null;
};

/** 公告: an outage that customers are told of while it lasts. */
export function NoticeForm({ value, onChange, mayEdit }: FormProps): JSX.Element {
  const put = (field: string, next: unknown): void => onChange(withField(value, field, next));
  const time = (field: 'from' | 'to', label: string): JSX.Element => (
    <Field label={label}>
      <DatePicker
        className="moment"
        showTime={{ format: 'HH:mm', minuteStep: 5 }}
        format={SHOWN}
        disabled={!mayEdit}
        placeholder={label}
        aria-label={label}
        data-testid={`field-${field}`}
        value={wall(words(value[field]))}
        onChange={(at) => put(field, at ? `${at.format(WRITTEN)}${OFFSET}` : '')}
      />
    </Field>
  );
  return (
    <>
      <Field label={K.notice.title}>
        <Input
          maxLength={40}
          value={words(value.title)}
          aria-label={K.notice.title}
          data-testid="field-title"
          onChange={({ target }) => onChange({ ...value, title: target.value })}
        />
      </Field>
      <Field label={K.notice.text}>
        <Input.TextArea
          autoSize={{ minRows: 3, maxRows: 8 }}
          value={words(value.text)}
          aria-label={K.notice.text}
          data-testid="field-text"
          onChange={({ target }) => onChange({ ...value, text: target.value })}
        />
      </Field>
      <div className="kb-row">
        <Field label={K.notice.lines}>
          <Checkbox.Group
            disabled={!mayEdit}
            value={wordList(value.lines)}
            data-testid="field-lines"
            options={Object.entries(K.notice.lineTitles).map(([name, title]) => ({ value: name, label: title }))}
            onChange={(lines) => onChange({ ...value, lines })}
          />
        </Field>
        <Field label={K.notice.area} hint={K.notice.areaHint}>
          <Input
            value={words(value.area)}
            aria-label={K.notice.area}
            data-testid="field-area"
            onChange={({ target }) => put('area', target.value)}
          />
        </Field>
      </div>
      <div className="kb-row">
        {time('from', K.notice.from)}
        {time('to', K.notice.to)}
      </div>
    </>
  );
}
