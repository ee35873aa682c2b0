import { parseUtc } from '../../shared/time';
import type { Presence, PresenceState } from '../contract';
import { timer } from '../figures';
import { useSecond } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

const STATES: PresenceState[] = ['ready', 'busy', 'break', 'offline'];

interface Props {
  presence: Presence;
  run(deed: Promise<void>): void;
}

export function PresenceSwitch({ presence, run }: Props): JSX.Element {
  const { desk, texts } = useWorkbench();
  const now = useSecond();
  const since = parseUtc(presence.since);
  const lasted = Number.isFinite(since) ? timer(now - since) : '';
  return (
    <section className="presence" data-testid="presence" data-state={presence.state}>
      <div className="presence__row" role="radiogroup" aria-label={T.presence.label}>
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            role="radio"
            aria-checked={state === presence.state}
            className={`presence__state presence__state--${state}`}
            data-testid={`presence-${state}`}
            onClick={() => state !== presence.state && run(desk.setPresence(state))}
          >
            <i aria-hidden="true" />
            {texts.states[state]}
            {state === presence.state && <time>{lasted}</time>}
          </button>
        ))}
      </div>
      {presence.missed && presence.state !== 'ready' && (
        <p className="presence__missed" role="alert" data-testid="presence-missed">
          {T.presence.missed}
        </p>
      )}
    </section>
  );
}
