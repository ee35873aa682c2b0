/** The values of objects as forms hold them. What a form does not know of stays in the value. Pure. */
import { isObject, list, words, wordList, wordsOrNull } from '../shared/read';
import type { Kind, Value } from './contract';

export interface Button {
  title: string;
  payload: string;
}
export interface When {
  levels: string[];
  products: string[];
}
export interface Variant {
  text: string;
  buttons: Button[];
  when: When | null;
}
export type Answer = { kind: 'text'; variants: Variant[] } | { kind: 'action'; action: string };

const readVariant = (value: unknown): Variant => {
  const body = isObject(value) ? value : {};
  const when = isObject(body.when) ? body.when : null;
  return {
    text: words(body.text),
    buttons: list(body.buttons)
      .filter(isObject)
      .map((button) => ({ title: words(button.title), payload: words(button.payload) })),
    when: when && { levels: wordList(when.levels), products: wordList(when.products) },
  };
};

export const emptyVariant = (): Variant => ({ text: '', buttons: [], when: null });

export function readAnswer(value: unknown): Answer {
  const body = isObject(value) ? value : {};
  if (body.kind === 'action') return { kind: 'action', action: words(body.action) };
  const variants = list(body.variants).map(readVariant);
  return { kind: 'text', variants: variants.length ? variants : [emptyVariant()] };
}

export interface Intent {
  title: string;
  description: string;
  examples: string[];
  answer: Answer;
}

export const readIntent = (value: Value): Intent => ({
  title: words(value.title),
  description: words(value.description),
  examples: wordList(value.examples),
  answer: readAnswer(value.answer),
});

/** A new object of a kind. */
export function emptyValue(kind: Kind): Value {
  switch (kind) {
    case 'intent':
      return { title: null, description: '', examples: [], answer: { kind: 'text', variants: [emptyVariant()] } };
    case 'faq':
      return { question: '', also: [], answer: '', topic: '' };
    case 'offer':
      return { kind: '', title: '', benefit: '', price: '', cost: 0, script: [], objections: [] };
    case 'canned':
      return { group: '', title: '', text: '' };
    case 'hours':
      return { week: Array.from({ length: 7 }, () => '08:00-22:00') };
    case 'notice':
      return { title: '', text: '', lines: ['broadband'] };
    case 'case':
      return { intent: '' };
  }
}

/** A field set, or taken away when it is empty (fields that may be absent). */
export function withField(value: Value, field: string, next: unknown): Value {
  if (next !== '' && next !== null && next !== undefined) return { ...value, [field]: next };
  const { [field]: _, ...rest } = value;
  return rest;
}

/** How an object is called in lists and titles. */
export function titleOf(kind: Kind, key: string, value: Value | null): string {
  if (!value) return key;
  if (kind === 'faq') return words(value.question) || key;
  if (kind === 'case') return key;
  return words(value.title) || (kind === 'intent' && words(value.description)) || key;
}

/** Objects are equal when their JSON is, whatever the order of their fields. */
export function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, place) => same(item, other[place]));
  if (isObject(one) && isObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => same(one[name], other[name]));
  }
  return one === other;
}

/** The fields in which two values differ. */
export function differing(one: Value | null, other: Value | null): string[] {
  const names = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  return [...names].filter((name) => !same(one?.[name], other?.[name]));
}

export interface Span {
  from: string;
  to: string;
}
/** "08:00-22:00" as its two times; closed and unreadable as null. */
export function readHours(day: unknown): Span | null {
  const found = /^(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$/.exec(words(day));
  return found ? { from: found[1] ?? '', to: found[2] ?? '' } : null;
}
export const writeHours = (span: Span | null): string => (span ? `${span.from}-${span.to}` : 'closed');

/** Where a button leads: /intent, or what it says when pressed. */
export const intentOfPayload = (payload: string): string | null => wordsOrNull(/^\/([a-z][a-z0-9_]*)$/.exec(payload)?.[1]);

/** A name for a new intent: small letters, digits and underscores. */
export const goodName = (name: string): boolean => /^[a-z][a-z0-9_]{2,63}$/.test(name);
