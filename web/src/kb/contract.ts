/** What editors work on, as the desk tells it: drafts, objects, findings, jobs, releases, the inbox. */
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
  type Json,
} from '../shared/read';
import { shownValue } from './shown';

export const KINDS = ['intent', 'faq', 'offer', 'canned', 'hours', 'notice', 'case'] as const;
export type Kind = (typeof KINDS)[number];
const readKind = (value: unknown): Kind => KINDS.find((kind) => kind === value) ?? 'intent';

/** The value of an object; what is in it depends on the kind (see values.ts). */
export type Value = Json;
const readValue = (value: unknown): Value | null => (isObject(value) ? value : null);

export const readFinding = shape({
  level: oneOf('error', 'warning', 'hint'),
  code: words,
  message: words,
  field: wordsOrNull,
  sentence: wordsOrNull,
  start: numberOrNull,
  end: numberOrNull,
  other: orNull(shape({ kind: readKind, key: words, title: words, sentence: words, score: numberOrNull })),
});
export type Finding = ReturnType<typeof readFinding>;
export const readFindings = (value: unknown): Finding[] =>
  listOf(readFinding)(isObject(value) ? value.findings : value);

/** The author is still reading all sentences: what it has found so far is nothing yet. */
export const isLoading = (value: unknown): boolean => isObject(value) && value.loading === true;

/** Findings of each object of a draft, by "kind/key". */
export const readDraftFindings = (value: unknown): Record<string, Finding[]> => {
  const objects = isObject(value) && isObject(value.objects) ? value.objects : {};
  return Object.fromEntries(Object.entries(objects).map(([name, found]) => [name, readFindings(found)]));
};

const readShownList = (value: unknown): string[] => list(value).map(shownValue).filter(Boolean);
const readDiff = listOf(
  shape({
    kind: readKind,
    key: words,
    title: words,
    change: oneOf('added', 'removed', 'changed'),
    fields: listOf(
      shape({
        field: words,
        before: shownValue,
        after: shownValue,
        added: readShownList,
        removed: readShownList,
      }),
    ),
  }),
);
export type Diff = ReturnType<typeof readDiff>;

const readLog = (value: unknown): string => (Array.isArray(value) ? value.map(words).join('\n') : words(value));
export const readJob = shape({
  id: words,
  kind: words,
  draft: wordsOrNull,
  state: oneOf('done', 'waiting', 'running', 'cancelled', 'failed'),
  progress: count,
  step: words,
  log: readLog,
  /** Why it failed, in the publisher's or trainer's words. */
  result: (value: unknown): string | null =>
    isObject(value) && isObject(value.error) ? wordsOrNull(value.error.message) : null,
});
export type Job = ReturnType<typeof readJob>;
export const runs = (job: Job | null): boolean => job?.state === 'waiting' || job?.state === 'running';

const readBroken = listOf(
  shape({
    text: words,
    expected: words,
    before: words,
    after: words,
    confidence_before: numberOrNull,
    confidence_after: numberOrNull,
  }),
);
const readAnswerChange = shape({
  at: wordsOrNull,
  text: words,
  before: words,
  after: words,
  answer_before: words,
  answer_after: words,
});
export type AnswerChange = ReturnType<typeof readAnswerChange>;
const readReport = shape({
  model: words,
  seconds: numberOrNull,
  cases: shape({ count, right_before: count, right_after: count, broken: readBroken, mended: readBroken }),
  sentences: listOf(readAnswerChange),
  sentences_count: numberOrNull,
  replay: shape({ conversations: count, turns: count, different: listOf(readAnswerChange) }),
});
export type Report = ReturnType<typeof readReport>;

const STATES = ['open', 'submitted', 'approved', 'published', 'discarded'] as const;
export type DraftState = (typeof STATES)[number];
const cardFields = {
  id: words,
  title: words,
  state: oneOf(...STATES),
  created_by: words,
  created_at: words,
  submitted_by: wordsOrNull,
  submitted_at: wordsOrNull,
  reviewed_by: wordsOrNull,
  reviewed_at: wordsOrNull,
};
const changeCount = (value: unknown): number => (Array.isArray(value) ? value.length : count(value));
export const readDraftCard = shape({ ...cardFields, changes: changeCount });

export const readDraft = shape({
  ...cardFields,
  note: words,
  review_note: words,
  reasons: titles,
  changes: listOf(
    shape({
      kind: readKind,
      key: words,
      title: words,
      change: oneOf('added', 'removed', 'changed'),
      version: count,
      author: words,
      at: words,
    }),
  ),
  conflicts: listOf(
    shape({
      kind: readKind,
      key: words,
      title: words,
      fields: wordList,
    }),
  ),
  report: orNull(readReport),
  report_stale: flag,
  job: orNull(readJob),
  diff: readDiff,
  can: shape({ edit: flag, submit: flag, approve: flag, publish: flag, discard: flag }),
});
export type Draft = ReturnType<typeof readDraft>;
export type Conflict = Draft['conflicts'][number];

export const readOverview = shape({
  inbox: shape({ open: count }),
  drafts: shape({ open: count, submitted: count }),
  live: orNull(shape({ release: words, title: words, at: words })),
  job: orNull(readJob),
});
export type Overview = ReturnType<typeof readOverview>;

const names = listOf(shape({ name: words, title: words }));
export type Named = ReturnType<typeof names>[number];
/** What may be chosen in forms. */
export const readVocabulary = shape({
  entities: names,
  levels: names,
  products: names,
  groups: names,
  actions: names,
  reasons: names,
  /** Groups of canned replies. */
  canned: names,
});
export type Vocabulary = ReturnType<typeof readVocabulary>;

export const readRows = shape({
  count,
  rows: listOf(shape({ kind: readKind, key: words, title: words, count: numberOrNull, changed: Boolean })),
});
export type Row = ReturnType<typeof readRows>['rows'][number];

const readImpacts = listOf(
  shape({ where: words, what: words, blocking: flag }),
);
export type Impact = ReturnType<typeof readImpacts>[number];
export const readObject = shape({
  value: readValue,
  live: readValue,
  version: count,
  author: wordsOrNull,
});
export type Held = ReturnType<typeof readObject>;
export const readTheirs = (body: unknown): { value: Value | null; version: number; author: string } => {
  const theirs = isObject(body) && isObject(body.theirs) ? body.theirs : {};
  return { value: readValue(theirs.value), version: count(theirs.version), author: words(theirs.author) };
};
export type Theirs = ReturnType<typeof readTheirs>;
export const readVersion = (body: unknown): number => count(isObject(body) ? body.version : null);
export const readRefactored = shape({
  impact: readImpacts,
  changes: listOf(shape({ kind: readKind, key: words })),
});
export const readUndone = (body: unknown): string[] =>
  list(isObject(body) ? body.undone : null).map((one) => (isObject(one) ? words(one.title) || words(one.key) : words(one)));

export const readEntities = (body: unknown): FoundEntity[] =>
  listOf(shape({ entity: words, value: shownValue, start: count, end: count }))(
    isObject(body) ? body.entities : body,
  ).filter(({ entity, start, end }) => entity && end > start);
export interface FoundEntity {
  entity: string;
  value: string;
  start: number;
  end: number;
}

const readButtons = listOf(shape({ title: words, payload: words }));
export const readTry = shape({
  model: oneOf('draft', 'live'),
  ready: (value: unknown): boolean => value !== false,
  intent: words,
  title: words,
  confidence: numberOrNull,
  ranking: listOf(shape({ name: words, title: words, confidence: count })),
  entities: readEntities,
  answer: orNull(shape({ kind: words, text: words, buttons: readButtons })),
});
export type Tried = ReturnType<typeof readTry>;

const releaseFields = {
  id: words,
  title: words,
  state: oneOf('failed', 'preparing', 'live', 'written'),
  note: words,
  started_at: wordsOrNull,
  live_at: wordsOrNull,
  authors: wordList,
  approved_by: wordsOrNull,
  published_by: wordsOrNull,
  reverts: wordsOrNull,
  failure: wordsOrNull,
  current: flag,
  can_rollback: flag,
};
const readFigures = orNull(
  shape({ cases: orNull(shape({ count, right_before: count, right_after: count })), seconds: numberOrNull }),
);
export const readRelease = shape({ ...releaseFields, figures: readFigures, diff: readDiff, reasons: titles });
export type Release = ReturnType<typeof readRelease>;
export const readReleases = listOf(readRelease);

const readInboxSentence = shape({
  id: words,
  text: words,
  count,
  reasons: (value: unknown): Record<string, number> =>
    Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([reason, times]) => [reason, count(times)])),
  guess: wordsOrNull,
  guess_title: wordsOrNull,
  intent: wordsOrNull,
  intent_title: wordsOrNull,
  last_at: words,
  conversations: wordList,
});
export type InboxSentence = ReturnType<typeof readInboxSentence>;
const readCluster = shape({
  id: words,
  title: words,
  count,
  days: (value: unknown): number[] => list(value).map(count),
  delta: numberOrNull,
  sentences: listOf(readInboxSentence),
});
export type Cluster = ReturnType<typeof readCluster>;
export const readInbox = shape({ count, clusters: listOf(readCluster) });

export const readImported = shape({
  saved: (value: unknown): number => (Array.isArray(value) ? value.length : count(value)),
  problems: (value: unknown): string[] =>
    list(value).map((one) =>
      isObject(one) ? [words(one.where) || words(one.key), words(one.message)].filter(Boolean).join('：') : words(one),
    ),
});
