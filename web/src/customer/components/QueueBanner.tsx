import type { ConversationState } from '../conversation';
import { T } from '../texts';

export function QueueBanner({ state }: { state: ConversationState }): JSX.Element | null {
  const { mode, queue, phase } = state;
  if (mode !== 'queued' || phase !== 'ready') return null;
  const text = queue?.text || T.queue.fallback(queue?.ahead ?? null, queue?.estimate_minutes ?? null);
  return (
    <section className="queue" aria-label={T.queue.title} data-testid="queue">
      {queue?.position != null && (
        <p className="queue__place" aria-hidden="true">
          <span>第</span>
          <strong>{queue.position}</strong>
          <span>位</span>
        </p>
      )}
      <div>
        <p className="queue__text" role="status">
          {text}
        </p>
        {!queue?.text && <p className="queue__keep">{T.queue.keep}</p>}
      </div>
    </section>
  );
}
