import type { ConversationState } from '../conversation';
import { useLasting } from '../hooks';
import { T } from '../texts';

/** Calm word of a lost connection: at once when the network is gone, after a moment otherwise. */
export function ConnectionBanner({ state }: { state: ConversationState }): JSX.Element | null {
  const { phase, connection } = state;
  const offline = phase === 'ready' && connection === 'offline';
  const lost = useLasting(phase === 'ready' && connection === 'reconnecting', 800);
  const long = useLasting(phase === 'ready' && connection !== 'online', 20_000);
  if (!offline && !lost) return null;
  return (
    <div className="banner" role="status" data-testid="connection-banner">
      <span className="banner__spinner" aria-hidden="true" />
      <span>
        {offline ? T.connection.offline : T.connection.reconnecting}
        {long && <span className="banner__more">{T.connection.long}</span>}
      </span>
    </div>
  );
}
