/** The quality board as the desk tells it. A value is a number, a share (0 to 1) or a mean score. */
import { count, flag, isObject, list, listOf, numberOrNull, oneOf, shape, titles, words, wordsOrNull } from '../shared/read';
import { readStaffMessages } from '../agent/contract';

const readFigure = shape({
  name: words,
  title: words,
  hint: words,
  kind: oneOf('share', 'score', 'count'),
  value: numberOrNull,
  base: count,
  before: numberOrNull,
});
export type Figure = ReturnType<typeof readFigure>;
export type Kind = Figure['kind'];

const readEntry = shape({ key: words, title: words, count, before: count });
export type Entry = ReturnType<typeof readEntry>;

export type Day = { date: string } & Record<string, string | number | null>;

const readDays = (value: unknown): Day[] =>
  list(value)
    .filter(isObject)
    .map((day) => ({
      ...Object.fromEntries(Object.entries(day).map(([name, one]) => [name, numberOrNull(one)])),
      date: words(day.date),
    }));

/** {name: numbers}, of numbers by name. */
const readNumbers = (value: unknown): Record<string, number> =>
  Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([name, one]) => [name, count(one)]));

const readMap =
  <T>(read: (value: unknown) => T) =>
  (value: unknown): Record<string, T> =>
    Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([name, one]) => [name, read(one)]));

export const readQualityBoard = shape({
  from: words,
  to: words,
  before: shape({ from: words, to: words }),
  counted_at: words,
  complete: flag,
  channels: titles,
  lists: titles,
  figures: listOf(readFigure),
  days: readDays,
  days_before: readDays,
  parts: readMap(listOf(readEntry)),
  scores: readMap(readNumbers),
  sides: readMap(readNumbers),
});
export type QualityBoard = ReturnType<typeof readQualityBoard>;

export const readTalks = shape({
  count,
  rows: listOf(
    shape({
      conversation: words,
      channel: words,
      at: words,
      about: wordsOrNull,
      opening: words,
      topic_title: wordsOrNull,
      number_mask: wordsOrNull,
    }),
  ),
});
export type Talk = ReturnType<typeof readTalks>['rows'][number];

export const readWholeTalk = shape({
  channel: words,
  topic_title: wordsOrNull,
  number_mask: wordsOrNull,
  messages: readStaffMessages,
});
