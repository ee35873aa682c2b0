import { AutoComplete, Input, type GetRef } from 'antd';
import { useRef } from 'react';
import { words } from '../../shared/read';
import { useKb } from '../context';
import { K } from '../texts';
import { Field } from './Field';
import type { FormProps } from './forms';

/** 快捷回复: what agents send again and again. */
export function CannedForm({ value, onChange }: FormProps): JSX.Element {
  const kb = useKb();
  const text = words(value.text);
  const area = useRef<GetRef<typeof Input.TextArea>>(null);
  const insert = (blank: string): void => {
    const field = area.current?.resizableTextArea?.textArea;
    const at = field?.selectionStart ?? text.length;
    onChange({ ...value, text: text.slice(0, at) + blank + text.slice(field?.selectionEnd ?? at) });
    field?.focus();
  };
  return (
    <>
      <div className="kb-row">
        <Field label={K.canned.group}>
          <AutoComplete
            className="intent-select"
            value={words(value.group)}
            aria-label={K.canned.group}
            data-testid="field-group"
            options={kb.words.canned.map(({ name, title }) => ({ value: name, label: title }))}
            onChange={(group: string) => onChange({ ...value, group })}
          />
        </Field>
        <Field label={K.canned.title}>
          <Input
            maxLength={20}
            value={words(value.title)}
            aria-label={K.canned.title}
            data-testid="field-title"
            onChange={({ target }) => onChange({ ...value, title: target.value })}
          />
        </Field>
      </div>
      <Field label={K.canned.text}>
        <Input.TextArea
          ref={area}
          autoSize={{ minRows: 3, maxRows: 10 }}
          value={text}
          aria-label={K.canned.text}
          data-testid="field-text"
          onChange={({ target }) => onChange({ ...value, text: target.value })}
        />
        <div className="blanks">
          <span className="quiet">{K.canned.blanks}</span>
          {Object.entries(K.canned.blankTitles).map(([blank, title]) => (
            <button key={blank} type="button" className="kb-chip" onClick={() => insert(blank)}>
              {title} <code>{blank}</code>
            </button>
          ))}
        </div>
      </Field>
    </>
  );
}
