import { useDeed } from '../../agent/hooks';
import { useKb } from '../context';
import type { Draft, Finding } from '../contract';
import { DiffView } from '../parts/DiffView';
import { FindingLine } from '../parts/FindingLine';
import { K } from '../texts';
import { shortTime } from '../times';

interface Props {
  draft: Draft;
  findingsOf(kind: string, key: string): Finding[];
  mayRevert: boolean;
  onChanged(): void;
}

/** What a draft changes, each with its author, findings and difference. */
export function ChangeList({ draft, findingsOf, mayRevert, onChanged }: Props): JSX.Element {
  const kb = useKb();
  const { run } = useDeed(kb.tell.bad);
  const revert = (kind: Draft['changes'][number]['kind'], key: string): void =>
    void run(async () => {
      const held = await kb.api.object(kind, key, draft.id);
      await kb.api.save(draft.id, kind, key, held.live, held.version);
      kb.tell.good(K.drafts.reverted);
      kb.refreshIntents();
    }).then(onChanged);
  if (draft.changes.length === 0) return <p className="quiet">{K.drafts.noChanges}</p>;
  return (
    <ul className="changes" data-testid="changes">
      {draft.changes.map(({ kind, key, title, author, at }) => {
        const found = findingsOf(kind, key);
        const diff = draft.diff.filter((one) => one.kind === kind && one.key === key);
        const errors = found.filter(({ level }) => level === 'error').length;
        const warnings = found.filter(({ level }) => level === 'warning').length;
        return (
          <li key={`${kind}/${key}`} data-testid={`change-${kind}-${key}`}>
            <header>
              <span className="quiet">
                {author} {shortTime(at)}
              </span>
              {errors + warnings > 0 && (
                <span className={errors ? 'tag tag--red' : 'tag tag--gold'}>{K.drafts.findings(errors, warnings)}</span>
              )}
              <span className="row-deeds">
                <button type="button" className="text-button" data-testid={`open-${kind}-${key}`} onClick={() => kb.open(kind, key)}>
                  {K.drafts.open}
                </button>
                {mayRevert && (
                  <button
                    type="button"
                    className="text-button"
                    data-testid={`revert-${kind}-${key}`}
                    onClick={() => revert(kind, key)}
                  >
                    {K.drafts.revert}
                  </button>
                )}
              </span>
            </header>
            {diff.length > 0 ? (
              <DiffView diff={diff} />
            ) : (
              <p>
                <span className="quiet">{K.kinds[kind]}</span> <strong>{title || key}</strong>
              </p>
            )}
            {found.map((finding, place) => (
              <FindingLine key={place} finding={finding} withSentence />
            ))}
          </li>
        );
      })}
    </ul>
  );
}
