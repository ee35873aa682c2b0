import { Alert, Skeleton } from 'antd';
import { useDesk } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { ChatItem } from './ChatItem';
import { OfferedItem } from './OfferedItem';
import { PresenceSwitch } from './PresenceSwitch';
import { WaitingItem } from './WaitingItem';

/** Left: the agent's state, offered and own chats, and who waits. */
export function ListPane({ run }: { run: (deed: Promise<void>) => void }): JSX.Element {
  const { desk, me } = useWorkbench();
  const { view, error, open, fetchedAt, rooms } = useDesk(desk);
  if (!view) {
    return (
      <aside className="lists">
        {error ? (
          <Alert
            type="error"
            message={error}
            action={
              <button type="button" className="text-button" onClick={() => void desk.refresh()}>
                {T.retry}
              </button>
            }
          />
        ) : (
          <Skeleton active paragraph={{ rows: 6 }} />
        )}
      </aside>
    );
  }
  const offered = view.chats.filter((card) => card.state === 'offered');
  const own = view.chats.filter((card) => card.state !== 'offered');
  return (
    <aside className="lists" aria-label={T.chats.own}>
      <PresenceSwitch presence={view.presence} run={run} />
      {offered.length > 0 && (
        <section className="lists__offered" aria-label={T.chats.offered}>
          {offered.map((card, place) => (
            <OfferedItem key={card.handover} card={card} first={place === 0} run={run} />
          ))}
        </section>
      )}
      <section className="lists__part lists__part--own" aria-label={T.chats.own}>
        <h2 className="lists__head">
          {T.chats.own}
          <span>
            {own.length}/{me.staff.ceiling}
          </span>
        </h2>
        <div className="lists__scroll">
          {own.map((card) => (
            <ChatItem
              key={card.handover}
              card={card}
              open={card.handover === open}
              failed={rooms[card.handover]?.outbox.some((item) => item.state === 'failed') ?? false}
            />
          ))}
          {own.length === 0 && (
            <p className="lists__empty" data-testid="chats-empty">
              <strong>{T.chats.emptyOwn}</strong>
              {view.presence.state === 'ready' ? T.chats.emptyOwnReady : T.chats.emptyOwnAway}
            </p>
          )}
        </div>
      </section>
      <section className="lists__part" aria-label={T.chats.waiting}>
        <h2 className="lists__head">
          {T.chats.waiting}
          <span>{view.waiting.length}</span>
        </h2>
        <div className="lists__scroll" data-testid="waiting-list">
          {view.waiting.map((card) => (
            <WaitingItem key={card.handover} card={card} fetchedAt={fetchedAt} run={run} />
          ))}
          {view.waiting.length === 0 && <p className="lists__empty">{T.chats.emptyWaiting}</p>}
        </div>
      </section>
    </aside>
  );
}
