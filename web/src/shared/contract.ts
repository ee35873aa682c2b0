/** The desk's public contract as the pages see it, and lenient readers for what arrives over the wire. */
import { isObject, list, numberOrNull, words, wordsOrNull } from './read';

export type Role = 'customer' | 'bot' | 'agent' | 'system';
export type Mode = 'bot' | 'queued' | 'human';

export interface Choice {
  id: string;
  title: string;
}

export interface CardRow {
  label: string;
  value: string;
  note: string | null;
  /** Filled part of a bar, 0 to 1; null draws no bar. */
  ratio: number | null;
}

export interface InfoCard {
  kind: string;
  title: string;
  amount: string | null;
  rows: CardRow[];
  note: string | null;
}

export interface PictureCard {
  kind: 'picture';
  url: string;
}

export type Card = InfoCard | PictureCard;

export interface Message {
  seq: number;
  role: Role;
  text: string;
  choices: Choice[];
  card: Card | null;
  /** ISO 8601, UTC. */
  at: string;
  client_id?: string;
}

export interface Queue {
  position: number | null;
  ahead: number | null;
  estimate_minutes: number | null;
  text: string;
}

export interface History {
  messages: Message[];
  mode: Mode;
  queue: Queue | null;
}

export interface Credentials {
  id: string;
  token: string;
}

export interface Typing {
  on: boolean;
  role: Role;
}

const ROLES: readonly string[] = ['customer', 'bot', 'agent', 'system'];

const readRole = (value: unknown): Role => (ROLES.includes(words(value)) ? (value as Role) : 'bot');

export const readMode = (value: unknown): Mode =>
  value === 'queued' || value === 'human' ? value : 'bot';

export function isPicture(card: Card): card is PictureCard {
  return card.kind === 'picture';
}

function readRow(value: unknown): CardRow | null {
  if (!isObject(value)) return null;
  const ratio = numberOrNull(value.ratio);
  return {
    label: words(value.label),
    value: words(value.value),
    note: wordsOrNull(value.note),
    ratio: ratio === null ? null : Math.min(1, Math.max(0, ratio)),
  };
}

function readCard(value: unknown): Card | null {
  if (!isObject(value) || !words(value.kind)) return null;
  if (value.kind === 'picture') return value.url ? { kind: 'picture', url: words(value.url) } : null;
  return {
    kind: words(value.kind),
    title: words(value.title),
    amount: wordsOrNull(value.amount),
    rows: list(value.rows).map(readRow).filter((row): row is CardRow => row !== null),
    note: wordsOrNull(value.note),
  };
}

/** A message from the wire, or null when it is not one. */
export function readMessage(value: unknown): Message | null {
  if (!isObject(value)) return null;
  const seq = numberOrNull(value.seq);
  if (seq === null) return null;
  const message: Message = {
    seq,
    role: readRole(value.role),
    text: words(value.text),
    choices: list(value.choices)
      .filter(isObject)
      .map((choice) => ({ id: words(choice.id), title: words(choice.title) }))
      .filter((choice) => choice.id !== '' && choice.title !== ''),
    card: readCard(value.card),
    at: words(value.at),
  };
  const clientId = words(value.client_id);
  if (clientId) message.client_id = clientId;
  return message;
}

export function readMessages(value: unknown): Message[] {
  return list(isObject(value) ? value.messages : null)
    .map(readMessage)
    .filter((message): message is Message => message !== null);
}

export function readQueue(value: unknown): Queue | null {
  if (!isObject(value)) return null;
  return {
    position: numberOrNull(value.position),
    ahead: numberOrNull(value.ahead),
    estimate_minutes: numberOrNull(value.estimate_minutes),
    text: words(value.text),
  };
}

export function readHistory(value: unknown): History {
  const body = isObject(value) ? value : {};
  return { messages: readMessages(body), mode: readMode(body.mode), queue: readQueue(body.queue) };
}

export function readTyping(value: unknown): Typing {
  const body = isObject(value) ? value : {};
  return { on: body.on === true, role: readRole(body.role) };
}

export function readCredentials(value: unknown): Credentials | null {
  if (!isObject(value)) return null;
  const id = words(value.id);
  const token = words(value.token);
  return id && token ? { id, token } : null;
}

export interface PageTexts {
  title: string;
  greeting: string;
  quick: { title: string; text: string }[];
}

/** The page's texts from the desk; whatever is missing comes from the fallback. */
export function readPageTexts(value: unknown, fallback: PageTexts): PageTexts {
  const body = isObject(value) ? value : {};
  const quick = list(body.quick)
    .filter(isObject)
    .map((item) => ({ title: words(item.title), text: words(item.text) || words(item.title) }))
    .filter((item) => item.title !== '');
  return {
    title: words(body.title) || fallback.title,
    greeting: words(body.greeting) || fallback.greeting,
    quick: Array.isArray(body.quick) ? quick : fallback.quick,
  };
}

export interface DemoCustomer {
  number: string;
  name: string;
  level: string;
  tags: string[];
  story: string;
}

export interface DemoSms {
  id: string;
  number: string;
  text: string;
  at: string;
}

export function readDemoCustomers(value: unknown): DemoCustomer[] {
  return list(value)
    .filter(isObject)
    .map((item) => ({
      number: words(item.number),
      name: words(item.name),
      level: words(item.level),
      tags: list(item.tags).map(words).filter(Boolean),
      story: words(item.story),
    }))
    .filter((customer) => customer.number !== '');
}

export function readDemoSms(value: unknown): DemoSms[] {
  return list(value)
    .filter(isObject)
    .map((item) => ({
      id: words(item.id),
      number: words(item.number),
      text: words(item.text),
      at: words(item.at),
    }))
    .filter((sms) => sms.text !== '');
}
