/** A transcript as a list ordered by seq. Pure. */

interface Line {
  seq: number;
}

/** Merges messages by seq; what comes in replaces what was held. Returns the same list if nothing came. */
export function mergeMessages<T extends Line>(held: T[], incoming: T[]): T[] {
  if (incoming.length === 0) return held;
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  for (const message of incoming) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

export const lastSeq = (messages: Line[]): number => messages[messages.length - 1]?.seq ?? 0;

/** The highest seq up to which nothing is missing, starting from a seq known to be complete. */
export function completeUpTo(messages: Line[], cursor: number): number {
  let complete = cursor;
  for (const { seq } of messages) {
    if (seq === complete + 1) complete = seq;
    else if (seq > complete) break;
  }
  return complete;
}

/** A message beyond the complete part is held, so one before it may have been lost on the way. */
export const hasGap = (messages: Line[], cursor: number): boolean =>
  lastSeq(messages) > completeUpTo(messages, cursor);

export const hasClientId = (messages: { client_id?: string }[], clientId: string): boolean =>
  messages.some((message) => message.client_id === clientId);
