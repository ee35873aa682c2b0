import type { Value } from '../contract';
import { shownValue } from '../shown';
import { K } from '../texts';
import { differing } from '../values';

interface Props {
  mine: Value | null;
  theirs: Value | null;
  titles: { mine: string; theirs: string };
  /** Only these; all that differ when it is empty. */
  fields?: string[];
}

/** Only what one side has of two lists. */
function onlyIn(one: unknown, other: unknown): unknown {
  if (!Array.isArray(one) || !Array.isArray(other)) return one;
  const there = new Set(other.map((item) => JSON.stringify(item)));
  return one.filter((item) => !there.has(JSON.stringify(item)));
}

/** Two values side by side, field by field, where they differ. */
export function Sides({ mine, theirs, titles, fields = [] }: Props): JSX.Element {
  const names = fields.length ? fields : differing(mine, theirs);
  if (!mine || !theirs)
    return (
      <p className="quiet">
        {titles.mine}：{mine ? shownValue(mine) : K.stale.deleted}；{titles.theirs}：
        {theirs ? shownValue(theirs) : K.stale.deleted}
      </p>
    );
  if (names.length === 0) return <p className="quiet">{K.stale.same}</p>;
  return (
    <table className="sides" data-testid="sides">
      <thead>
        <tr>
          <th>{K.stale.field}</th>
          <th>{titles.mine}</th>
          <th>{titles.theirs}</th>
        </tr>
      </thead>
      <tbody>
        {names.map((field) => (
          <tr key={field}>
            <th>{K.fields[field] ?? field}</th>
            <td>{shownValue(onlyIn(mine[field], theirs[field])) || '—'}</td>
            <td>{shownValue(onlyIn(theirs[field], mine[field])) || '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
