import { useKb } from '../context';
import type { Diff } from '../contract';
import { K } from '../texts';
import { readMarkup } from '../markup';

const COLOURS = { added: 'tag tag--green', removed: 'tag tag--red', changed: 'tag tag--blue' };
const MOST_LINES = 40;

/** What changes, object by object and field by field, as people read it. */
export function DiffView({ diff, open = true }: { diff: Diff; open?: boolean }): JSX.Element {
  const kb = useKb();
  return (
    <div className="diff" data-testid="diff">
      {diff.map((one) => (
        <details key={`${one.kind}/${one.key}`} open={open && diff.length <= 12} className="diff__object">
          <summary>
            <span className={COLOURS[one.change]}>{K.changes[one.change]}</span>
            <span className="quiet">{K.kinds[one.kind]}</span>
            <strong>{one.title || one.key}</strong>
            {one.title && one.title !== one.key && <code>{one.key}</code>}
          </summary>
          <dl>
            {one.fields.filter(says).map((field) => (
              <div key={field.field}>
                <dt>{K.fields[field.field] ?? field.field}</dt>
                <dd>
                  {field.removed.length + field.added.length === 0 ? (
                    <Changed field={field.field} before={field.before} after={field.after} title={kb.titleOfIntent} />
                  ) : (
                    <>
                      <Lines lines={field.removed} mark="−" />
                      <Lines lines={field.added} mark="+" />
                    </>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </div>
  );
}

/** Fields that were empty and stay empty say nothing. */
const says = ({ before, after, added, removed }: Diff[number]['fields'][number]): boolean =>
  Boolean(before || after || added.length || removed.length);

const INTENT_FIELDS = ['intent', 'topic', 'journey'];

function Changed(props: { field: string; before: string; after: string; title: (name: string) => string }): JSX.Element {
  const { field, before, after, title } = props;
  const shown = (text: string): string => (INTENT_FIELDS.includes(field) ? title(text) : text);
  return (
    <>
      {before && <del>{shown(before)}</del>}
      {after && <ins>{shown(after)}</ins>}
    </>
  );
}

function Lines({ lines, mark }: { lines: string[]; mark: '+' | '−' }): JSX.Element {
  const Tag = mark === '+' ? 'ins' : 'del';
  return (
    <>
      {lines.slice(0, MOST_LINES).map((line) => (
        <Tag key={line} className="diff__line">
          <i aria-hidden="true">{mark}</i>
          {readMarkup(line).text}
        </Tag>
      ))}
      {lines.length > MOST_LINES && <span className="quiet">{K.inbox.more(lines.length - MOST_LINES)}</span>}
    </>
  );
}
