import { Alert, Button, Skeleton } from 'antd';
import { forwardRef, useCallback, useImperativeHandle, useMemo, useRef } from 'react';
import { fillBlanks } from '../canned';
import type { Chat, ChatCard } from '../contract';
import type { Suggestion } from '../contractCustomer';
import { useDesk } from '../hooks';
import type { Outgoing } from '../rooms';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { Composer, type ComposerHandle } from './Composer';
import { Suggestions } from './Suggestions';
import { Tags } from './Tags';
import { Transcript } from './Transcript';

export interface ChatPaneHandle {
  insert(text: string): void;
  insertSuggestion(place: number): void;
}

interface Props {
  handover: string;
  card: ChatCard | null;
  onTransfer(): void;
  onClose(): void;
}

const MOST_SUGGESTIONS = 3;
const NO_SUGGESTIONS: Suggestion[] = [];
const NO_FACTS: Record<string, string> = {};

/** What the blanks of canned replies and scripts stand for in this chat. */
function blanks(chat: Chat | null, agent: string, facts: Record<string, string>): Record<string, string> {
  const card = chat?.card;
  return {
    agent,
    name: card?.name_mask ?? '',
    number: card?.number_mask || chat?.summary.verified || '',
    topic: card?.topic_title ?? '',
    ...facts,
  };
}

export const ChatPane = forwardRef<ChatPaneHandle, Props>(function ChatPane(props, ref) {
  const { handover, card: own, onTransfer, onClose } = props;
  const { desk, me, texts } = useWorkbench();
  const { rooms, canned } = useDesk(desk);
  const composer = useRef<ComposerHandle>(null);
  const room = rooms[handover];
  const chat = room?.chat ?? null;
  const facts = room?.facts ?? NO_FACTS;
  const card = own ?? chat?.card ?? null;
  const suggestions = useMemo(
    () => room?.suggestions.slice(0, MOST_SUGGESTIONS) ?? NO_SUGGESTIONS,
    [room?.suggestions],
  );

  const insert = useCallback(
    (text: string) => {
      const { text: filled, blank } = fillBlanks(text, blanks(chat, me.staff.name, facts));
      composer.current?.insert(filled, blank);
    },
    [chat, facts, me.staff.name],
  );
  useImperativeHandle(
    ref,
    () => ({
      insert,
      insertSuggestion: (place) => {
        const suggestion = suggestions[place];
        if (suggestion) insert(suggestion.answer);
      },
    }),
    [insert, suggestions],
  );
  const rewrite = (item: Outgoing): void => {
    desk.takeBack(handover, item.clientId);
    composer.current?.insert(item.text, null);
  };

  return (
    <section className="chat" aria-label={card?.topic_title}>
      <header className="chat__head">
        <div className="chat__who">
          <h2>
            {card?.name_mask || card?.number_mask || T.chats.unnamed}
            {card?.name_mask && card.number_mask && <span>{card.number_mask}</span>}
          </h2>
          <p>
            {card?.topic_title && <span className="chat__topic">{card.topic_title}</span>}
            {card && <span className="tag">{texts.groups[card.group] ?? card.group}</span>}
            {card && <Tags {...card} />}
            {card?.transferred_from && <span className="tag tag--blue">{T.chats.from(card.transferred_from)}</span>}
            {chat && (
              <span className={chat.summary.verified ? 'tag tag--green' : 'tag'}>
                {chat.summary.verified ? T.chat.verified(chat.summary.verified) : T.chat.unverified}
              </span>
            )}
          </p>
        </div>
        {chat?.writable && (
          <div className="chat__deeds">
            <Button data-testid="transfer" title="Alt+T" onClick={onTransfer}>
              {T.chat.transfer}
            </Button>
            <Button type="primary" ghost data-testid="close" title="Alt+E" onClick={onClose}>
              {T.chat.end}
            </Button>
          </div>
        )}
      </header>
      {room?.status === 'failed' && (
        <Alert
          type="error"
          showIcon
          message={T.chat.loadFailed}
          description={room.error}
          action={<Button onClick={() => void desk.load(handover)}>{T.retry}</Button>}
        />
      )}
      {!chat && room?.status !== 'failed' && <Skeleton className="chat__wait" active paragraph={{ rows: 7 }} />}
      {chat && (
        <Transcript
          handover={handover}
          chat={chat}
          outbox={room?.outbox ?? []}
          onRetry={(item) => desk.retry(handover, item.clientId)}
          onRewrite={rewrite}
        />
      )}
      {chat && !chat.writable && (
        <footer className="chat__gone" data-testid="chat-gone">
          <span>{T.chat.gone}</span>
          <Button size="small" onClick={() => desk.select(null)}>
            {T.chat.leave}
          </Button>
        </footer>
      )}
      {(!chat || chat.writable) && (
        <footer className="chat__foot">
          <Suggestions suggestions={suggestions} onInsert={insert} />
          <Composer
            ref={composer}
            handover={handover}
            canned={canned}
            disabled={!chat}
            onCanned={insert}
          />
        </footer>
      )}
    </section>
  );
});
