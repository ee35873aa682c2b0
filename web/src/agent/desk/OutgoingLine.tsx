import type { Outgoing } from '../rooms';
import { T } from '../texts';

interface Props {
  item: Outgoing;
  onRetry?: ((item: Outgoing) => void) | undefined;
  onRewrite?: ((item: Outgoing) => void) | undefined;
}

export function OutgoingLine({ item, onRetry, onRewrite }: Props): JSX.Element {
  const failed = item.state === 'failed';
  return (
    <div className={`line line--agent line--${item.state}`} data-testid="outgoing" data-state={item.state}>
      <p className="bubble">{item.file ? `[${T.line.picture}] ${item.file.name}` : item.text}</p>
      <p className="line__state" role={failed ? 'alert' : undefined}>
        {failed ? (
          <>
            <span title={item.error ?? undefined}>
              {T.line.failed}
              {item.error && `：${item.error}`}
            </span>
            {item.retryable && (
              <button type="button" className="text-button" data-testid="resend" onClick={() => onRetry?.(item)}>
                {T.line.resend}
              </button>
            )}
            <button type="button" className="text-button" data-testid="rewrite" onClick={() => onRewrite?.(item)}>
              {item.file ? T.remove : T.line.rewrite}
            </button>
          </>
        ) : (
          T.line.sending
        )}
      </p>
    </div>
  );
}
