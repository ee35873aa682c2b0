import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Choice, PageTexts } from '../../shared/contract';
import type { Conversation, ConversationState } from '../conversation';
import { useNow } from '../hooks';
import { lastSeq } from '../../shared/transcript';
import { activeChoices, ratable } from '../messages';
import { timeline } from '../timeline';
import { T } from '../texts';
import { DownIcon } from './icons';
import { MessageRow } from './MessageRow';
import { OutgoingRow } from './OutgoingRow';
import { Thumbs } from './Thumbs';
import { TypingRow } from './TypingRow';
import { Welcome } from './Welcome';

interface Props {
  conversation: Conversation;
  state: ConversationState;
  page: PageTexts;
  onSay(text: string): void;
}

const NEAR_PX = 80;
const measure = (element: HTMLElement): string => `${element.scrollHeight}/${element.clientHeight}`;

export function MessageList({ conversation, state, page, onSay }: Props): JSX.Element {
  const { messages, outbox, mode, typing, phase, token, connection } = state;
  const now = useNow();
  const rows = useMemo(() => timeline(messages, outbox, now), [messages, outbox, now]);
  const open = phase === 'ready' ? activeChoices(messages, outbox, mode) : [];
  const thinking =
    mode === 'bot' &&
    connection === 'online' &&
    outbox.some((item) => item.state === 'sending' && item.kind !== 'picture' && item.attempts === 1);
  const rated = phase === 'ready' ? ratable(messages, outbox, mode) : null;
  const typist = typing ?? (thinking ? 'bot' : null);
  const empty = rows.length === 0;
  const greetsItself = messages.length > 0 && messages[0]?.role !== 'customer';

  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [unseen, setUnseen] = useState(false);

  const heights = useRef('');

  const toBottom = useCallback(() => {
    const element = box.current;
    if (element) {
      element.scrollTop = element.scrollHeight;
      heights.current = measure(element);
    }
    following.current = true;
    setUnseen(false);
  }, []);

  // Stay at the end while the customer reads there; the keyboard and pictures change heights too.
  useEffect(() => {
    const follow = new ResizeObserver(() => following.current && toBottom());
    if (box.current) follow.observe(box.current);
    if (content.current) follow.observe(content.current);
    return () => follow.disconnect();
  }, [toBottom]);

  const last = lastSeq(messages);
  const said = outbox.length;
  const before = useRef({ last, said });
  useLayoutEffect(() => {
    if (said > before.current.said || following.current) toBottom();
    else if (last > before.current.last) setUnseen(true);
    before.current = { last, said };
  }, [last, said, typist, toBottom]);

  const onScroll = (): void => {
    const element = box.current;
    if (!element) return;
    // A scroll that comes of a change in height is not the customer's.
    const changed = heights.current !== measure(element);
    heights.current = measure(element);
    if (changed && following.current) {
      toBottom();
      return;
    }
    following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    if (following.current) setUnseen(false);
  };
  const onChoice = useCallback(
    (seq: number, choice: Choice) => {
      conversation.sendChoice(seq, choice);
      box.current?.focus({ preventScroll: true });
    },
    [conversation],
  );

  return (
    <div className="list">
      <div
        className="list__scroll"
        ref={box}
        role="region"
        aria-label={T.list.label}
        aria-busy={phase === 'starting'}
        tabIndex={0}
        onScroll={onScroll}
      >
        <div className="list__content" ref={content}>
          {state.renewed && <p className="note">{T.list.expired}</p>}
          {!greetsItself && phase !== 'starting' && (
            <Welcome greeting={page.greeting} quick={empty && phase === 'ready' ? page.quick : []} onSay={onSay} />
          )}
          {rows.map((row) => {
            if (row.type === 'time') {
              return (
                <p className="time" key={row.key} title={row.title}>
                  {row.label}
                </p>
              );
            }
            if (row.type === 'outgoing') {
              return (
                <OutgoingRow
                  key={row.key}
                  item={row.item}
                  opensRun={row.opensRun}
                  conversation={conversation}
                />
              );
            }
            return (
              <MessageRow
                key={row.key}
                message={row.message}
                opensRun={row.opensRun}
                open={open.includes(row.message.seq)}
                token={token}
                onChoice={onChoice}
              />
            );
          })}
          {rated !== null && !typist && (
            <Thumbs
              key={rated}
              onRate={(good) => conversation.rate(rated, good)}
              onHuman={() => onSay(T.humanText)}
            />
          )}
          {typist && <TypingRow role={typist} />}
        </div>
      </div>
      {unseen && (
        <button type="button" className="to-bottom" aria-label={T.list.toBottom} onClick={toBottom}>
          <DownIcon />
          {T.list.newMessages}
        </button>
      )}
    </div>
  );
}
