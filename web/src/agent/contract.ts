/** The desk's staff contract as the workbench sees it: who works, queue, chats. Ids are held as text. */
import { readMessage, readMode, type Message, type Mode } from '../shared/contract';
import {
  count,
  flag,
  isObject,
  list,
  listOf,
  numberOrNull,
  oneOf,
  orNull,
  shape,
  titles,
  wordList,
  words,
  wordsOrNull,
} from '../shared/read';

export type StaffRole = 'agent' | 'supervisor' | 'editor' | 'admin';
export type PresenceState = 'ready' | 'busy' | 'break' | 'offline';

const readStaffRole = oneOf<StaffRole>('supervisor', 'editor', 'admin', 'agent');
export const readPresenceState = oneOf<PresenceState>('ready', 'busy', 'break', 'offline');

export const readStaff = shape({
  id: words,
  login: words,
  name: words,
  role: readStaffRole,
  groups: wordList,
  ceiling: count,
});
export type Staff = ReturnType<typeof readStaff>;

export const readMe = shape({ staff: readStaff, csrf: words, demo: flag });
export type Me = ReturnType<typeof readMe>;

export const readDemoStaff = listOf(
  shape({ login: words, password: words, name: words, role: readStaffRole }),
);
export type DemoStaff = ReturnType<typeof readDemoStaff>[number];

export const readPresence = shape({ state: readPresenceState, since: words, missed: flag });
export type Presence = ReturnType<typeof readPresence>;

export const readWaitCard = shape({
  handover: words,
  group: words,
  topic_title: words,
  level: words,
  urgent: flag,
  elderly: flag,
  repeats: count,
  waited_seconds: count,
  number_mask: words,
  reason: words,
});
export type WaitCard = ReturnType<typeof readWaitCard>;

const readLast = shape({ role: words, text: words, at: words });

export const readChatCard = shape({
  handover: words,
  conversation: words,
  channel: words,
  state: words,
  group: words,
  topic_title: words,
  level: words,
  urgent: flag,
  elderly: flag,
  repeats: count,
  number_mask: words,
  name_mask: words,
  queued_at: words,
  offered_until: wordsOrNull,
  accepted_at: wordsOrNull,
  answered_at: wordsOrNull,
  last: orNull(readLast),
  last_customer_at: wordsOrNull,
  unread: count,
  transferred_from: wordsOrNull,
  proposal: wordsOrNull,
});
export type ChatCard = ReturnType<typeof readChatCard>;

const readTexts = shape({
  groups: titles,
  states: titles,
  reasons: titles,
  results: titles,
  decline_reasons: titles,
  roles: titles,
  levels: titles,
});
export type Texts = ReturnType<typeof readTexts>;

export const readDesk = shape({
  presence: readPresence,
  chats: listOf(readChatCard),
  waiting: listOf(readWaitCard),
  texts: readTexts,
});
export type DeskView = ReturnType<typeof readDesk>;

export interface StaffMessage extends Message {
  /** Which colleague wrote it; null for everybody else's lines. */
  staff: string | null;
}

export function readStaffMessage(value: unknown): StaffMessage | null {
  const message = readMessage(value);
  return message && { ...message, staff: isObject(value) ? wordsOrNull(value.staff) : null };
}

export const readStaffMessages = (value: unknown): StaffMessage[] =>
  list(value)
    .map(readStaffMessage)
    .filter((message): message is StaffMessage => message !== null);

export const readNote = shape({
  id: words,
  kind: oneOf('whisper', 'transfer', 'event'),
  staff: wordsOrNull,
  text: words,
  at: words,
});
export type Note = ReturnType<typeof readNote>;

export const readSummary = shape({
  wanted: words,
  why: words,
  tried: wordList,
  fields: listOf(shape({ label: words, value: words })),
  mood: oneOf('upset', 'angry', 'calm'),
  escalation: wordsOrNull,
  verified: wordsOrNull,
  waiting: wordList,
  settled: wordsOrNull,
  bot_seq: count,
});
export type Summary = ReturnType<typeof readSummary>;

export interface News {
  messages: StaffMessage[];
  notes: Note[];
  mode: Mode;
}

export function readNews(value: unknown): News {
  const body = isObject(value) ? value : {};
  return {
    messages: readStaffMessages(body.messages),
    notes: listOf(readNote)(body.notes),
    mode: readMode(body.mode),
  };
}

export interface Chat extends News {
  card: ChatCard;
  summary: Summary;
  writable: boolean;
}

export function readChat(value: unknown): Chat {
  const body = isObject(value) ? value : {};
  return {
    ...readNews(body),
    card: readChatCard(body.card),
    summary: readSummary(body.summary),
    writable: body.writable === true,
  };
}

export const readColleagues = listOf(
  shape({
    id: words,
    name: words,
    groups: wordList,
    state: readPresenceState,
    chats: count,
    ceiling: count,
  }),
);
export type Colleague = ReturnType<typeof readColleagues>[number];

export const readOwnHistory = listOf(
  shape({
    handover: words,
    topic_title: words,
    number_mask: words,
    closed_at: words,
    reason: words,
    result: words,
    score: numberOrNull,
  }),
);
export type ClosedChat = ReturnType<typeof readOwnHistory>[number];

/** What a customer may have meant, to choose from. */
export const readIntents = listOf(shape({ name: words, title: words }));
export type Intent = ReturnType<typeof readIntents>[number];
