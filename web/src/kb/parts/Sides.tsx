import type { Value } from '../contract';
import { writeFlow } from '../flow';
import { K } from '../texts';
import { differing, readAnswer } from '../values';
import { isObject, list, words } from '../../shared/read';

interface Props {
  mine: Value | null;
  theirs: Value | null;
  titles: { mine: string; theirs: string };
  /** Only these; all that differ when it is empty. */
  fields?: string[];
}

/** A field as text: sentences one a line, answers by their words. */
function shown(field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return '—';
  if (field === 'answer' && isObject(value)) {
    const answer = readAnswer(value);
    return answer.kind === 'action' ? answer.action : answer.variants.map(({ text }) => text).join('\n');
  }
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return list(value).map(words).join('\n');
  return typeof value === 'object' ? writeFlow(value) : words(value) || String(value);
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
        {titles.mine}：{mine ? shown('value', mine) : K.stale.deleted}；{titles.theirs}：
        {theirs ? shown('value', theirs) : K.stale.deleted}
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
            <td>{shown(field, onlyIn(mine[field], theirs[field]))}</td>
            <td>{shown(field, onlyIn(theirs[field], mine[field]))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
