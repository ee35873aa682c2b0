import { memo } from 'react';
import type { ChatCard } from '../contract';
import { timer } from '../figures';
import { useSecond } from '../hooks';
import { T } from '../texts';
import { waitsFor, waitTone } from '../waits';
import { useWorkbench } from '../workbench';
import { Tags } from './Tags';

interface Props {
  card: ChatCard;
  open: boolean;
  /** Something could not be sent. */
  failed: boolean;
}

function Wait({ card }: { card: ChatCard }): JSX.Element {
  const waits = waitsFor(card, useSecond());
  if (waits === null) return <span className="wait wait--none">{T.chats.replied}</span>;
  return (
    <time className={`wait wait--${waitTone(waits)}`} title={T.chats.waiting_reply}>
      {timer(waits)}
    </time>
  );
}

export const ChatItem = memo(function ChatItem({ card, open, failed }: Props) {
  const { desk, keep, texts } = useWorkbench();
  const draft = open ? '' : keep.draft(card.handover);
  const last = failed ? '' : draft || (card.last?.text ?? '');
  return (
    <button
      type="button"
      className={open ? 'chat-item chat-item--open' : 'chat-item'}
      aria-current={open}
      data-testid={`chat-${card.handover}`}
      data-unread={card.unread}
      onClick={() => desk.select(card.handover)}
    >
      <span className="chat-item__row">
        <strong>{card.name_mask || card.number_mask || T.chats.unnamed}</strong>
        <Wait card={card} />
      </span>
      <span className="chat-item__row">
        <span className="chat-item__topic">{card.topic_title || texts.groups[card.group]}</span>
        <span className="chat-item__tags">
          <Tags {...card} />
        </span>
      </span>
      <span className="chat-item__row">
        <span className="chat-item__last">
          {failed && <em>{T.chats.failed}</em>}
          {!failed && draft && <em>{T.chats.draft}</em>}
          {last}
        </span>
        {card.proposal === 'asked' && <span className="tag tag--blue">{T.chats.proposal}</span>}
        {card.unread > 0 && (
          <b className="unread" aria-label={T.chats.unread(card.unread)}>
            {card.unread > 99 ? '99+' : card.unread}
          </b>
        )}
      </span>
    </button>
  );
});
