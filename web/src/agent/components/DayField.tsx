/** Days and times as strings (YYYY-MM-DD, HH:MM), shown as Chinese write them whatever the browser's language. */
import { DatePicker, TimePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { T } from '../texts';
import type { Range } from '../supervisorApi';

const DAY = 'YYYY-MM-DD';
const TIME = 'HH:mm';
const SHOWN = 'YYYY年M月D日';
const MINUTES = 15;

const read = (text: string | null): dayjs.Dayjs | null => (text ? dayjs(text) : null);

interface Props {
  label: string;
  value: string | null;
  testId?: string;
  onChange(value: string): void;
}

export function DayField({ label, value, testId, onChange }: Props): JSX.Element {
  return (
    <DatePicker
      className="day"
      aria-label={label}
      placeholder={label}
      format={[SHOWN, DAY]}
      data-testid={testId}
      value={read(value)}
      onChange={(day) => onChange(day ? day.format(DAY) : '')}
    />
  );
}

export function TimeField({ label, value, testId, onChange }: Props): JSX.Element {
  return (
    <TimePicker
      className="time"
      aria-label={label}
      placeholder={label}
      format={TIME}
      minuteStep={MINUTES}
      needConfirm={false}
      data-testid={testId}
      value={read(value && `2000-01-01T${value}`)}
      onChange={(time) => onChange(time ? time.format(TIME) : '')}
    />
  );
}

interface RangeProps {
  range: Range;
  /** Both may be left empty. */
  open?: boolean;
  size?: 'small' | 'middle';
  onChange(range: Range): void;
}

/** Two days, both included, as the desk counts them (Asia/Shanghai). */
export function RangeField({ range, open = false, size = 'middle', onChange }: RangeProps): JSX.Element {
  return (
    <DatePicker.RangePicker
      className="range"
      size={size}
      allowClear={open}
      allowEmpty={[open, open]}
      aria-label={T.range.label}
      placeholder={[T.history.from, T.history.to]}
      format={[open ? 'YYYY-M-D' : SHOWN, DAY]}
      value={[read(range.from), read(range.to)]}
      onChange={(days) =>
        onChange({ from: days?.[0]?.format(DAY) ?? '', to: days?.[1]?.format(DAY) ?? '' })
      }
    />
  );
}
