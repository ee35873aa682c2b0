import type { ConversationState } from '../conversation';
import { T } from '../texts';

/** One line that says how things stand: connection first, then who is listening. */
function statusOf({ phase, connection, mode, queue }: ConversationState): [string, string] {
  if (phase === 'ended') return ['idle', T.status.ended];
  if (phase === 'unreachable') return ['down', T.status.unreachable];
  if (phase === 'starting' || connection === 'connecting') return ['wait', T.status.connecting];
  if (connection === 'offline') return ['down', T.status.offline];
  if (connection === 'reconnecting') return ['wait', T.status.reconnecting];
  if (mode === 'queued') return ['wait', T.status.queued(queue?.position ?? null)];
  return ['good', mode === 'human' ? T.status.human : T.status.online];
}

export function StatusLine({ state }: { state: ConversationState }): JSX.Element {
  const [tone, text] = statusOf(state);
  return (
    <p
      className={`status status--${tone}`}
      role="status"
      data-testid="mode"
      data-mode={state.mode}
      data-connection={state.connection}
    >
      <span className="status__dot" aria-hidden="true" />
      {text}
    </p>
  );
}
