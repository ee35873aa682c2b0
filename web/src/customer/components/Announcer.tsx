import { useEffect, useRef, useState } from 'react';
import { isPicture, type Message } from '../../shared/contract';
import type { ConversationState } from '../conversation';
import { lastSeq } from '../../shared/transcript';
import { T } from '../texts';

function spoken({ role, text, card, choices }: Message): string {
  const parts = [T.sender[role], text];
  if (card) parts.push(isPicture(card) ? T.picture.alt : `${card.title} ${card.amount ?? ''}`);
  if (choices.length > 0) parts.push(`${T.choices.label}：${choices.map((c) => c.title).join('、')}`);
  return parts.filter(Boolean).join('，');
}

/** Heard once, it goes: nobody should meet every answer twice on the page. */
const CLEAR_MS = 1500;

/** Reads new messages of the other side aloud; the history that a reload brings stays silent. */
export function Announcer({ state }: { state: ConversationState }): JSX.Element {
  const [text, setText] = useState('');
  const heard = useRef<{ token: string | null; seq: number }>({ token: null, seq: 0 });
  const { messages, token } = state;
  useEffect(() => {
    const last = lastSeq(messages);
    if (heard.current.token === token) {
      const fresh = messages.filter(({ seq, role }) => seq > heard.current.seq && role !== 'customer');
      if (fresh.length > 0) setText(fresh.map(spoken).join('。'));
    }
    heard.current = { token, seq: last };
  }, [messages, token]);
  useEffect(() => {
    const timer = setTimeout(() => setText(''), CLEAR_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="hidden" role="log" aria-live="polite" aria-atomic="true" data-testid="announcer">
      {text}
    </div>
  );
}
