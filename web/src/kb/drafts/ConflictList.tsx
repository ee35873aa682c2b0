import { Alert, Button } from 'antd';
import { useDeed, useLoaded } from '../../agent/hooks';
import { useKb } from '../context';
import type { Conflict, Draft, Held, Value } from '../contract';
import { Sides } from '../parts/Sides';
import { K } from '../texts';

interface Props {
  draft: Draft;
  onSolved(): void;
}

/** What somebody else published meanwhile, beside what this draft has. */
export function ConflictList({ draft, onSolved }: Props): JSX.Element {
  return (
    <div className="conflicts" data-testid="conflicts">
      <Alert type="warning" showIcon message={K.conflict.title} description={K.conflict.body} />
      {draft.conflicts.map((conflict) => (
        <OneConflict key={`${conflict.kind}/${conflict.key}`} draft={draft.id} conflict={conflict} onSolved={onSolved} />
      ))}
    </div>
  );
}

interface OneProps {
  draft: string;
  conflict: Conflict;
  onSolved(): void;
}

function OneConflict({ draft, conflict, onSolved }: OneProps): JSX.Element {
  const kb = useKb();
  const { kind, key, title, fields } = conflict;
  const { value: held, error } = useLoaded(() => kb.api.object(kind, key, draft), `conflict-${draft}-${kind}-${key}`);
  const { busy, run } = useDeed(kb.tell.bad);
  const use = async (one: Held, value: Value | null): Promise<void> => {
    if (!(await run(() => kb.api.save(draft, kind, key, value, one.version, one.live)))) return;
    kb.tell.good(K.conflict.solved);
    onSolved();
  };
  return (
    <section className="conflict" data-testid={`conflict-${key}`}>
      <header>
        <span className="quiet">{K.kinds[kind]}</span> <strong>{title || key}</strong>
        {kb.mayEdit && held && (
          <span className="row-deeds">
            <Button size="small" disabled={busy} data-testid={`mine-${key}`} onClick={() => void use(held, held.value)}>
              {K.conflict.useMine}
            </Button>
            <Button size="small" disabled={busy} data-testid={`theirs-${key}`} onClick={() => void use(held, held.live)}>
              {K.conflict.useTheirs}
            </Button>
            <Button size="small" type="link" onClick={() => kb.open(kind, key)}>
              {K.conflict.open}
            </Button>
          </span>
        )}
      </header>
      {error && <p className="bad">{error}</p>}
      {held && (
        <Sides
          mine={held.value}
          theirs={held.live}
          titles={{ mine: K.conflict.mine, theirs: K.conflict.theirs }}
          fields={fields}
        />
      )}
    </section>
  );
}
