/** The supervisor's board, people, shifts, quality and reports, as the desk tells them. Money is fen. */
import {
  count,
  flag,
  flagOrNull,
  isObject,
  list,
  listOf,
  numberOrNull,
  shape,
  wordList,
  words,
  wordsOrNull,
} from '../shared/read';
import {
  readChat,
  readChatCard,
  readPresenceState,
  readStaff,
  readWaitCard,
  type Chat,
  type ChatCard,
} from './contract';

const readOccupiedChat = (value: unknown): ChatCard & { agent: string } => ({
  ...readChatCard(value),
  agent: words(isObject(value) ? value.agent : ''),
});

/** How many gave each score from 1 to 5, in that order. The desk sends an object or a list. */
function readScores(value: unknown): number[] {
  if (Array.isArray(value)) return [0, 1, 2, 3, 4].map((place) => count(value[place]));
  const body = isObject(value) ? value : {};
  return ['1', '2', '3', '4', '5'].map((score) => count(body[score]));
}

export const readBoard = shape({
  queue: shape({
    waiting: count,
    oldest_seconds: count,
    by_group: listOf(
      shape({ group: words, waiting: count, oldest_seconds: count, ready: count, chats: count }),
    ),
  }),
  sla: shape({
    target_seconds: count,
    within_share: numberOrNull,
    answered_today: count,
    abandoned_today: count,
    mean_wait_seconds: numberOrNull,
    mean_handle_seconds: numberOrNull,
    mean_first_reply_seconds: numberOrNull,
  }),
  waiting: listOf(readWaitCard),
  agents: listOf(
    shape({
      id: words,
      name: words,
      groups: wordList,
      state: readPresenceState,
      since: words,
      connected: flag,
      chats: count,
      ceiling: count,
      closed_today: count,
      satisfaction: numberOrNull,
      on_shift: flagOrNull,
    }),
  ),
  chats: listOf(readOccupiedChat),
  callbacks: listOf(shape({ handover: words, ticket: words, at: words, group: words })),
  satisfaction: shape({ count, mean: numberOrNull, by_score: readScores }),
});
export type Board = ReturnType<typeof readBoard>;
export type BoardAgent = Board['agents'][number];
export type BoardChat = Board['chats'][number];

const readPersonMore = shape({
  active: flag,
  locked: flag,
  last_login_at: wordsOrNull,
  presence: (value: unknown) => (isObject(value) ? words(value.state) : words(value)),
});
export const readPerson = (
  value: unknown,
): ReturnType<typeof readStaff> & ReturnType<typeof readPersonMore> => ({
  ...readStaff(value),
  ...readPersonMore(value),
});
export type Person = ReturnType<typeof readPerson>;
export const readPeople = listOf(readPerson);

export const readAudit = listOf(
  shape({
    id: words,
    at: words,
    staff: words,
    action: words,
    subject: words,
    detail: words,
  }),
);
export type AuditRow = ReturnType<typeof readAudit>[number];

export const readShifts = listOf(
  shape({ id: words, staff: words, date: words, start: words, end: words }),
);
export type Shift = ReturnType<typeof readShifts>[number];

export const readClosures = listOf(
  shape({ date: words, name: words, open: flag, from: wordsOrNull, to: wordsOrNull }),
);
export type Closure = ReturnType<typeof readClosures>[number];

export const readQualityForm = shape({
  version: words,
  items: listOf(shape({ id: words, title: words, help: words, points: count, fatal: flag })),
});
export type QualityForm = ReturnType<typeof readQualityForm>;
export type QualityItem = QualityForm['items'][number];

export const readSample = listOf(
  shape({
    handover: words,
    why: words,
    agent: words,
    closed_at: words,
    topic_title: words,
    score: numberOrNull,
  }),
);
export type Sampled = ReturnType<typeof readSample>[number];

export interface Reviewed {
  chat: Chat;
  scores: { by: string; at: string; total: number; note: string; answers: Record<string, number> }[];
}

const readAnswers = (value: unknown): Record<string, number> =>
  Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([id, points]) => [id, count(points)]));
const readScore = shape({ by: words, at: words, total: count, note: words, answers: readAnswers });

/** The transcript may lie beside the scores or under `transcript`. */
export function readReviewed(value: unknown): Reviewed {
  const body = isObject(value) ? value : {};
  const transcript = body.transcript;
  const chat = Array.isArray(transcript)
    ? readChat({ ...body, messages: list(transcript) })
    : readChat(isObject(transcript) ? transcript : body);
  return {
    chat,
    scores: listOf(readScore)(body.scores),
  };
}

export const readFigures = listOf(
  shape({ staff: words, count, mean: numberOrNull, fatal: count }),
);
export type Figure = ReturnType<typeof readFigures>[number];

export const readOfferReport = shape({
  rows: listOf(
    shape({
      offer: words,
      title: words,
      segment: words,
      staff: words,
      month: words,
      offered: count,
      accepted: count,
      declined: count,
      rate: numberOrNull,
      low: numberOrNull,
      high: numberOrNull,
      cost: count,
    }),
  ),
});
export type OfferRow = ReturnType<typeof readOfferReport>['rows'][number];

export type ServiceRow = Record<string, string | number | null>;

/** Per-day figures whose columns the desk chooses: texts, numbers and what is not known stay, in their order. */
export function readServiceReport(value: unknown): ServiceRow[] {
  const rows = isObject(value) ? value.rows ?? value.days : value;
  return list(rows)
    .filter(isObject)
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).filter(
          (entry): entry is [string, string | number | null] =>
            entry[1] === null || typeof entry[1] === 'string' || typeof entry[1] === 'number',
        ),
      ),
    );
}
