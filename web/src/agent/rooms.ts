/** A chat as the workbench holds it: what the desk told, and what is still on its way. Pure. */
import { byTime } from '../shared/time';
import { completeUpTo, hasGap, lastSeq, mergeMessages } from '../shared/transcript';
import type { Chat, ChatCard, News, Note, StaffMessage } from './contract';
import type { Proposal, Suggestion } from './contractCustomer';

export interface Outgoing {
  clientId: string;
  text: string;
  /** A picture to send instead of words; lost on a reload. */
  file: File | null;
  at: number;
  state: 'sending' | 'failed';
  /** The same thing may succeed later; otherwise it has to be written anew. */
  retryable: boolean;
  error: string | null;
}

export interface Room {
  status: 'loading' | 'ready' | 'failed';
  error: string | null;
  chat: Chat | null;
  outbox: Outgoing[];
  /** Everything up to this seq is held. */
  cursor: number;
  proposals: Proposal[];
  suggestions: Suggestion[];
  /** What blanks of canned replies stand for and only this page knows: the number of a ticket just made. */
  facts: Record<string, string>;
  /** It has left the agent's list: ended, timed out, or with a colleague now. */
  gone: boolean;
}

export const emptyRoom = (outbox: Outgoing[] = []): Room => ({
  status: 'loading',
  error: null,
  chat: null,
  outbox,
  cursor: 0,
  proposals: [],
  suggestions: [],
  facts: {},
  gone: false,
});

export const outgoing = (clientId: string, text: string, at: number, file: File | null = null): Outgoing => ({
  clientId,
  text,
  file,
  at,
  state: 'sending',
  retryable: true,
  error: null,
});

const arrived = (outbox: Outgoing[], messages: StaffMessage[]): Outgoing[] => {
  // The desk puts the person's name before our id, so that two people's never meet.
  const came = new Set(messages.map(({ client_id = '' }) => client_id.split(':').pop()));
  const left = outbox.filter((item) => !came.has(item.clientId));
  return left.length === outbox.length ? outbox : left;
};

/** A fetched chat: its messages are complete up to their last. */
export function withChat(room: Room, chat: Chat): Room {
  const messages = mergeMessages(room.chat?.messages ?? [], chat.messages);
  return {
    ...room,
    status: 'ready',
    error: null,
    chat: { ...chat, messages, notes: mergeNotes(room.chat?.notes ?? [], chat.notes) },
    cursor: Math.max(room.cursor, lastSeq(chat.messages)),
    outbox: arrived(room.outbox, chat.messages),
  };
}

/** What came after the cursor. */
export function withNews(room: Room, news: News): Room {
  if (!room.chat) return room;
  return {
    ...room,
    chat: {
      ...room.chat,
      mode: news.mode,
      messages: mergeMessages(room.chat.messages, news.messages),
      notes: mergeNotes(room.chat.notes, news.notes),
    },
    cursor: Math.max(room.cursor, lastSeq(news.messages)),
    outbox: arrived(room.outbox, news.messages),
  };
}

/** One message from the socket, in any order and any number of times. */
export function withMessage(room: Room, message: StaffMessage): Room {
  if (!room.chat) return room;
  // The socket does not say who of the staff wrote; what is known stays.
  const held = room.chat.messages.find(({ seq }) => seq === message.seq);
  const messages = mergeMessages(room.chat.messages, [{ ...message, staff: message.staff ?? held?.staff ?? null }]);
  return {
    ...room,
    chat: { ...room.chat, messages },
    cursor: completeUpTo(messages, room.cursor),
    outbox: arrived(room.outbox, [message]),
  };
}

export const misses = (room: Room): boolean =>
  room.chat !== null && hasGap(room.chat.messages, room.cursor);

/** Notes by id, in order of time. */
export function mergeNotes(held: Note[], incoming: Note[]): Note[] {
  if (incoming.length === 0) return held;
  const byId = new Map(held.map((note) => [note.id, note]));
  for (const note of incoming) byId.set(note.id, note);
  return [...byId.values()].sort((a, b) => byTime(a.at, b.at));
}

export function withProposal(room: Room, proposal: Proposal): Room {
  const others = room.proposals.filter(({ id }) => id !== proposal.id);
  return { ...room, proposals: [proposal, ...others].sort((a, b) => byTime(b.at, a.at)) };
}

/** The chat's line in the list after a message has come. */
export function cardAfter(card: ChatCard, message: StaffMessage, open: boolean): ChatCard {
  if (message.role === 'system') return card;
  const last = { role: message.role, text: message.text || (message.card ? '[图片]' : ''), at: message.at };
  if (card.last && byTime(card.last.at, message.at) > 0) return card;
  if (message.role === 'customer')
    return { ...card, last, last_customer_at: message.at, unread: open ? 0 : card.unread + 1 };
  if (message.role === 'agent') return { ...card, last, answered_at: card.answered_at ?? message.at };
  return { ...card, last };
}

export type Entry =
  | { kind: 'message'; at: string; message: StaffMessage }
  | { kind: 'note'; at: string; note: Note };

/** Messages by seq with the notes between them by time. */
export function timeline(messages: StaffMessage[], notes: Note[]): Entry[] {
  const entries: Entry[] = [];
  let next = 0;
  for (const message of messages) {
    for (let note = notes[next]; note && byTime(note.at, message.at) < 0; note = notes[next]) {
      entries.push({ kind: 'note', at: note.at, note });
      next += 1;
    }
    entries.push({ kind: 'message', at: message.at, message });
  }
  for (const note of notes.slice(next)) entries.push({ kind: 'note', at: note.at, note });
  return entries;
}
