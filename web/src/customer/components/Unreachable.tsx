import { HOTLINE, T } from '../texts';

export function Unreachable({ onRetry }: { onRetry(): void }): JSX.Element {
  return (
    <section className="unreachable" role="alert" data-testid="unreachable">
      <h2>{T.unreachable.title}</h2>
      <p>{T.unreachable.body}</p>
      <a className="unreachable__hotline" href={`tel:${HOTLINE}`}>
        {HOTLINE}
      </a>
      <button type="button" className="button" onClick={onRetry}>
        {T.retry}
      </button>
      <p className="unreachable__auto">{T.unreachable.auto}</p>
    </section>
  );
}
