import { Input } from 'antd';
import { T } from '../texts';
import type { Range } from '../supervisorApi';

interface Props {
  range: Range;
  onChange(range: Range): void;
}

/** Two days, both included, as the desk counts them (Asia/Shanghai). */
export function RangeField({ range, onChange }: Props): JSX.Element {
  return (
    <span className="range" role="group" aria-label={T.range.label}>
      <Input
        type="date"
        size="small"
        aria-label={T.history.from}
        max={range.to}
        value={range.from}
        onChange={(event) => event.target.value && onChange({ ...range, from: event.target.value })}
      />
      {T.range.to}
      <Input
        type="date"
        size="small"
        aria-label={T.history.to}
        min={range.from}
        value={range.to}
        onChange={(event) => event.target.value && onChange({ ...range, to: event.target.value })}
      />
    </span>
  );
}
