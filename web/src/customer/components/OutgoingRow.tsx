import { memo } from 'react';
import type { Conversation } from '../conversation';
import type { Outgoing } from '../outbox';
import { T } from '../texts';
import { RetryIcon } from './icons';

interface Props {
  item: Outgoing;
  opensRun: boolean;
  conversation: Conversation;
}

function Delivery({ item, conversation }: Omit<Props, 'opensRun'>): JSX.Element | null {
  if (item.state === 'sent') return null;
  if (item.state !== 'failed') {
    const uploading = item.kind === 'picture' && item.state === 'sending';
    return (
      <p className="delivery">
        {uploading ? T.delivery.uploading(Math.round((item.progress ?? 0) * 100)) : T.delivery.sending}
      </p>
    );
  }
  return (
    <div className="delivery delivery--failed" role="alert">
      {item.reason && <p>{item.reason}</p>}
      <p className="delivery__actions">
        {item.retryable ? (
          <button type="button" data-testid="retry" onClick={() => conversation.retry(item.clientId)}>
            <RetryIcon />
            {T.delivery.failedRetry}
          </button>
        ) : (
          <span>{T.delivery.failed}</span>
        )}
        <button
          type="button"
          className="delivery__remove"
          onClick={() => conversation.remove(item.clientId)}
        >
          {T.remove}
        </button>
      </p>
    </div>
  );
}

/** A message of the customer's that the desk has not confirmed yet. */
export const OutgoingRow = memo(function OutgoingRow({ item, opensRun, conversation }: Props) {
  return (
    <div
      className={`row row--customer${opensRun ? ' row--opens' : ''}`}
      data-testid="message"
      data-role="customer"
      data-state={item.state}
    >
      <div className="row__body">
        <p className="hidden">{T.sender.customer}</p>
        {item.preview ? (
          <span className="picture picture--sending">
            <img src={item.preview} alt={T.picture.alt} />
            {item.state === 'sending' && <progress max={1} value={item.progress ?? 0} aria-hidden="true" />}
          </span>
        ) : (
          <p className="bubble" data-testid="message-text">
            {item.text}
          </p>
        )}
        <Delivery item={item} conversation={conversation} />
      </div>
    </div>
  );
});
