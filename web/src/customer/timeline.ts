/** What the conversation looks like from top to bottom: messages, what is on its way, times. Pure. */
import type { Message, Role } from '../shared/contract';
import { dayNumber, fullTime, parseUtc, timeLabel } from '../shared/time';
import { hasClientId } from '../shared/transcript';
import type { Outgoing } from './outbox';

export type Row =
  | { type: 'time'; key: string; label: string; title: string }
  | { type: 'message'; key: string; message: Message; opensRun: boolean }
  | { type: 'outgoing'; key: string; item: Outgoing; opensRun: boolean };

const PAUSE_MS = 5 * 60_000;

type Entry = { at: number; role: Role; key: string } & (
  | { message: Message; item?: never }
  | { item: Outgoing; message?: never }
);

function entries(messages: Message[], outbox: Outgoing[]): Entry[] {
  const pending = outbox.filter((item) => !hasClientId(messages, item.clientId));
  const entry = (item: Outgoing): Entry => ({ at: item.at, role: 'customer', key: item.clientId, item });
  const list: Entry[] = [];
  for (const message of messages) {
    // One that was answered but has no seq yet stands before its first reply.
    for (const item of pending) if (item.before === message.seq) list.push(entry(item));
    list.push({
      at: parseUtc(message.at),
      role: message.role,
      key: message.client_id ?? `seq-${message.seq}`,
      message,
    });
  }
  for (const item of pending) {
    if (!messages.some((message) => message.seq === item.before)) list.push(entry(item));
  }
  return list;
}

/** A time stands above the first message, at a new day, and after a pause of five minutes. */
export function timeline(messages: Message[], outbox: Outgoing[], now: number): Row[] {
  const rows: Row[] = [];
  let last: { at: number; role: Role } | null = null;
  for (const entry of entries(messages, outbox)) {
    const at: number = Number.isFinite(entry.at) ? entry.at : (last?.at ?? now);
    const pause: boolean =
      last === null || dayNumber(at) !== dayNumber(last.at) || at - last.at >= PAUSE_MS;
    if (pause) {
      rows.push({ type: 'time', key: `time-${entry.key}`, label: timeLabel(at, now), title: fullTime(at) });
    }
    const opensRun = pause || last?.role !== entry.role;
    rows.push(
      entry.message
        ? { type: 'message', key: entry.key, message: entry.message, opensRun }
        : { type: 'outgoing', key: entry.key, item: entry.item, opensRun },
    );
    last = { at, role: entry.role };
  }
  return rows;
}
