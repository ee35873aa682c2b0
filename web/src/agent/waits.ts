/** How long a customer has waited for the agent's words, and how bad that is. Pure. */
import { byTime, parseUtc } from '../shared/time';
import type { ChatCard } from './contract';

export type Tone = 'calm' | 'warn' | 'late';

const WARN_MS = 30_000;
const LATE_MS = 90_000;
const QUEUE_WARN_S = 60;
const QUEUE_LATE_S = 180;

export const waitTone = (ms: number): Tone => (ms < WARN_MS ? 'calm' : ms < LATE_MS ? 'warn' : 'late');

export const queueTone = (seconds: number): Tone =>
  seconds < QUEUE_WARN_S ? 'calm' : seconds < QUEUE_LATE_S ? 'warn' : 'late';

/** Milliseconds since the customer's last line, or null while it is the customer's turn. */
export function waitsFor(card: ChatCard, now: number): number | null {
  if (card.state === 'offered') return null;
  const asked = parseUtc(card.last_customer_at ?? '');
  // Nobody has greeted the customer yet: the wait runs from the moment that the chat was taken.
  if (!card.answered_at) {
    const taken = parseUtc(card.accepted_at ?? card.queued_at);
    const since = Number.isFinite(asked) ? Math.max(asked, Number.isFinite(taken) ? taken : asked) : taken;
    return Number.isFinite(since) ? Math.max(0, now - since) : null;
  }
  if (card.last?.role !== 'customer' || !Number.isFinite(asked)) return null;
  return Math.max(0, now - asked);
}

/** Seconds left to accept an offered chat; null when nothing is known. */
export function acceptSeconds(card: ChatCard, now: number): number | null {
  const until = parseUtc(card.offered_until ?? '');
  return Number.isFinite(until) ? Math.max(0, Math.ceil((until - now) / 1000)) : null;
}

/** Offered chats come first, the one that runs out soonest on top; then own chats in the order they were taken. */
export function inOrder(chats: ChatCard[]): ChatCard[] {
  const offered = (card: ChatCard): number => (card.state === 'offered' ? 0 : 1);
  const begun = (card: ChatCard): string => card.offered_until ?? card.accepted_at ?? card.queued_at;
  return [...chats].sort((a, b) => offered(a) - offered(b) || byTime(begun(a), begun(b)));
}
