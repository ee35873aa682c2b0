import { Fragment, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { dayLabel, dayNumber, parseUtc } from '../../shared/time';
import type { Chat } from '../contract';
import { timeline, type Outgoing } from '../rooms';
import { T } from '../texts';
import { Correction } from './Correction';
import { MessageLine } from './MessageLine';
import { NoteLine } from './NoteLine';
import { OutgoingLine } from './OutgoingLine';
import { SummaryCard } from './SummaryCard';

interface Props {
  handover: string;
  chat: Chat;
  outbox?: Outgoing[];
  /** Begins with the bot's part shown. */
  unfolded?: boolean;
  onRetry?(item: Outgoing): void;
  onRewrite?(item: Outgoing): void;
}

const NEAR_PX = 60;
const NO_OUTBOX: Outgoing[] = [];

export function Transcript(props: Props): JSX.Element {
  const { handover, chat, outbox = NO_OUTBOX, unfolded = false, onRetry, onRewrite } = props;
  const [unfold, setUnfold] = useState(unfolded);
  const [below, setBelow] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const { messages, notes, summary } = chat;
  const cut = summary.bot_seq;
  const botPart = useMemo(() => messages.filter(({ seq }) => seq <= cut), [messages, cut]);
  const entries = useMemo(() => timeline(messages.filter(({ seq }) => seq > cut), notes), [messages, notes, cut]);

  const toEnd = (): void => {
    const area = list.current;
    if (area) area.scrollTop = area.scrollHeight;
    atEnd.current = true;
    setBelow(false);
  };
  useLayoutEffect(() => {
    const own = outbox.length > 0;
    if (atEnd.current || own) toEnd();
    else setBelow(true);
    // Only what is added moves the list.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [entries.length, outbox.length]);
  useEffect(() => {
    const area = list.current;
    if (!area) return;
    // The suggestions above the composer come later and take from the list's height.
    const watcher = new ResizeObserver(() => atEnd.current && toEnd());
    watcher.observe(area);
    return () => watcher.disconnect();
  }, []);

  const toggle = (): void => {
    setUnfold(!unfold);
    atEnd.current = unfold;
    requestAnimationFrame(() => list.current?.scrollTo({ top: unfold ? list.current.scrollHeight : 0 }));
  };

  let day = NaN;
  const dayMark = (at: string): JSX.Element | null => {
    const ms = parseUtc(at);
    if (!Number.isFinite(ms) || dayNumber(ms) === day) return null;
    const first = Number.isNaN(day);
    day = dayNumber(ms);
    if (first && day === dayNumber(Date.now())) return null;
    return <p className="line line--day">{dayLabel(ms, Date.now())}</p>;
  };

  return (
    <div className="transcript">
      <SummaryCard
        summary={summary}
        lines={botPart.length}
        unfold={unfold}
        onUnfold={toggle}
        fresh={!chat.card.answered_at}
      />
      <div
        ref={list}
        className="transcript__list"
        data-testid="transcript"
        role="log"
        aria-label={T.line.list}
        tabIndex={0}
        onScroll={({ currentTarget: area }) => {
          atEnd.current = area.scrollHeight - area.scrollTop - area.clientHeight < NEAR_PX;
          if (atEnd.current) setBelow(false);
        }}
      >
        {unfold && (
          <div className="bot-part" data-testid="bot-part">
            {botPart.map((message) => (
              <Fragment key={message.seq}>
                <MessageLine message={message} handover={handover} />
                {message.role === 'customer' && message.text && <Correction handover={handover} seq={message.seq} />}
              </Fragment>
            ))}
          </div>
        )}
        {entries.map((entry) => (
          <div key={entry.kind === 'note' ? `n${entry.note.id}` : entry.message.seq}>
            {dayMark(entry.at)}
            {entry.kind === 'note' ? (
              <NoteLine note={entry.note} />
            ) : (
              <MessageLine message={entry.message} handover={handover} />
            )}
          </div>
        ))}
        {messages.length === 0 && <p className="quiet">{T.line.empty}</p>}
        {outbox.map((item) => (
          <OutgoingLine key={item.clientId} item={item} onRetry={onRetry} onRewrite={onRewrite} />
        ))}
      </div>
      {below && (
        <button type="button" className="transcript__below" onClick={toEnd}>
          {T.line.newBelow} ↓
        </button>
      )}
    </div>
  );
}
