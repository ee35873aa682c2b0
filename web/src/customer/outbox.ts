/** What the customer has sent and the desk has not confirmed yet. Pure; `sender.ts` does the sending. */
import type { Message } from '../shared/contract';

export type OutgoingKind = 'text' | 'choice' | 'picture';

/** sent: the desk answered, but our own message has not come back with its seq yet. */
export type OutgoingState = 'waiting' | 'sending' | 'sent' | 'failed';

export interface Outgoing {
  clientId: string;
  kind: OutgoingKind;
  text: string;
  choice?: string;
  file?: File;
  /** Object URL of the picture. */
  preview?: string;
  /** Uploaded part, 0 to 1. */
  progress?: number;
  /** Local time of sending, ms. */
  at: number;
  state: OutgoingState;
  /** Attempts made since the customer last asked for it. */
  attempts: number;
  /** How often a restored connection has sent it again by itself. */
  wakes: number;
  /** Why it failed, in a sentence for the customer; null when it was the network. */
  reason: string | null;
  /** failed only: the same thing may succeed when sent again. */
  retryable: boolean;
  /** sent only: the seq of the first reply; the message belongs before it. */
  before?: number;
}

const AUTO_RETRY_MS = 120_000;
const MAX_WAKES = 3;

export function outgoing(
  clientId: string,
  at: number,
  what: Pick<Outgoing, 'kind' | 'text'> & Partial<Outgoing>,
): Outgoing {
  return {
    clientId,
    at,
    state: 'waiting',
    attempts: 0,
    wakes: 0,
    reason: null,
    retryable: true,
    ...what,
  };
}

export const update = (
  box: Outgoing[],
  clientId: string,
  change: Partial<Outgoing>,
): Outgoing[] => box.map((item) => (item.clientId === clientId ? { ...item, ...change } : item));

export const without = (box: Outgoing[], clientId: string): Outgoing[] =>
  box.filter((item) => item.clientId !== clientId);

/** Pictures go their own way, so that a slow upload does not hold up a sentence. */
export type Lane = 'words' | 'pictures';
export const laneOf = (item: Outgoing): Lane => (item.kind === 'picture' ? 'pictures' : 'words');

/** The next one to send in a lane; null while one is under way, which keeps the order. */
export function nextToSend(box: Outgoing[], lane: Lane): Outgoing | null {
  const mine = box.filter((item) => laneOf(item) === lane);
  if (mine.some((item) => item.state === 'sending')) return null;
  return mine.find((item) => item.state === 'waiting') ?? null;
}

/** Asked again by the customer: same client id, at the end of the queue. */
export function retry(box: Outgoing[], clientId: string): Outgoing[] {
  const item = box.find((one) => one.clientId === clientId);
  if (!item || item.state !== 'failed' || !item.retryable) return box;
  return [...without(box, clientId), { ...item, state: 'waiting', attempts: 0, reason: null }];
}

/** The connection is back: what failed for the network's sake a moment ago goes out again. */
export function wake(box: Outgoing[], now: number): Outgoing[] {
  const wakes = (item: Outgoing): boolean =>
    item.state === 'failed' &&
    item.retryable &&
    item.reason === null &&
    item.wakes < MAX_WAKES &&
    now - item.at < AUTO_RETRY_MS;
  if (!box.some(wakes)) return box;
  return box.map((item) =>
    wakes(item) ? { ...item, state: 'waiting', attempts: 0, wakes: item.wakes + 1 } : item,
  );
}

/**
 * Drops what the transcript holds by now. One being sent stays: its request still has to end.
 * Returns the same list if nothing is dropped.
 */
export function settle(box: Outgoing[], messages: Message[]): Outgoing[] {
  if (box.length === 0) return box;
  const known = new Set(messages.map((message) => message.client_id));
  const left = box.filter((item) => item.state === 'sending' || !known.has(item.clientId));
  return left.length === box.length ? box : left;
}

/**
 * It closes the choices of the message with this seq: it is on its way or was answered later, or it
 * is a pressed choice that can still be sent, so that pressing again would send it twice.
 */
export function closesChoices(item: Outgoing, seq: number): boolean {
  if (item.state === 'sent') return (item.before ?? Infinity) > seq;
  return item.state !== 'failed' || (item.kind === 'choice' && item.retryable);
}

/** What goes along into a new conversation: what is unsent, but no choices; they belonged to the old one. */
export const carryOver = (box: Outgoing[]): Outgoing[] =>
  box
    .filter((item) => item.kind !== 'choice' && item.state !== 'sent' && item.retryable)
    .map((item) => (item.state === 'failed' ? item : { ...item, state: 'waiting', attempts: 0 }));

/** What survives a reload: words, not files. */
export function toStored(box: Outgoing[]): unknown {
  return box
    .filter((item) => item.kind !== 'picture' && item.state !== 'sent')
    .map(({ clientId, kind, text, choice, at, reason, retryable }) => {
      return { clientId, kind, text, choice, at, reason, retryable };
    });
}

export function fromStored(value: unknown): Outgoing[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown): Outgoing[] => {
    const item = (entry ?? {}) as Partial<Outgoing>;
    if (typeof item.clientId !== 'string' || typeof item.text !== 'string') return [];
    const choice = typeof item.choice === 'string' ? item.choice : undefined;
    if (item.kind === 'choice' && !choice) return [];
    return [
      outgoing(item.clientId, typeof item.at === 'number' ? item.at : 0, {
        kind: choice ? 'choice' : 'text',
        text: item.text,
        ...(choice ? { choice } : {}),
        state: 'failed',
        reason: typeof item.reason === 'string' ? item.reason : null,
        retryable: item.retryable !== false,
      }),
    ];
  });
}
