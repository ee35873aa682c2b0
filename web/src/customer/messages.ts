/** The transcript as a list ordered by seq, and what can be told from it. Pure. */
import type { Message, Mode } from '../shared/contract';
import { closesChoices, type Outgoing } from './outbox';

/** Merges messages by seq; what comes in replaces what was held. Returns the same list if nothing came. */
export function mergeMessages(held: Message[], incoming: Message[]): Message[] {
  if (incoming.length === 0) return held;
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  for (const message of incoming) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

export const lastSeq = (messages: Message[]): number => messages[messages.length - 1]?.seq ?? 0;

/** The highest seq up to which nothing is missing, starting from a seq known to be complete. */
export function completeUpTo(messages: Message[], cursor: number): number {
  let complete = cursor;
  for (const { seq } of messages) {
    if (seq === complete + 1) complete = seq;
    else if (seq > complete) break;
  }
  return complete;
}

/** A message beyond the complete part is held, so one before it may have been lost on the way. */
export const hasGap = (messages: Message[], cursor: number): boolean =>
  lastSeq(messages) > completeUpTo(messages, cursor);

export const hasClientId = (messages: Message[], clientId: string): boolean =>
  messages.some((message) => message.client_id === clientId);

/**
 * The seq of the message whose choices can still be pressed, or null: the latest message with
 * choices, unless the customer has said something since, or has something on its way.
 */
export function activeChoices(messages: Message[], outbox: Outgoing[], mode: Mode): number | null {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (!message || message.role === 'customer') return null;
    if (message.choices.length === 0) continue;
    const closed = outbox.some((item) => closesChoices(item, message.seq));
    return closed || (mode === 'human' && message.role === 'bot') ? null : message.seq;
  }
  return null;
}
