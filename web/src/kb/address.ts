/** The place in the editor as the address shows it: #/kb/intents/query_balance. Pure. */
import { KINDS, type Kind } from './contract';

export const PLACES = ['inbox', 'drafts', 'intents', 'content', 'releases'] as const;
export type PlaceName = (typeof PLACES)[number];

export interface Place {
  name: PlaceName;
  kind: Kind;
  /** The draft, object or release that is open; empty for none. */
  key: string;
}

export const CONTENT: Kind[] = ['faq', 'offer', 'canned', 'hours', 'notice', 'case'];

const open = (part: string | undefined): string => {
  try {
    return decodeURIComponent(part ?? '');
  } catch {
    return part ?? '';
  }
};

/** Reads the part after #; what is unknown leads to the inbox. */
export function readPlace(hash: string): Place {
  const [, name, first, second] = hash.split('/');
  const known = PLACES.find((one) => one === name) ?? 'inbox';
  if (known === 'content') {
    const kind = KINDS.find((one) => one === first && one !== 'intent') ?? 'faq';
    return { name: known, kind, key: open(second) };
  }
  return { name: known, kind: 'intent', key: open(first) };
}

export function writePlace(name: PlaceName, key = '', kind: Kind = 'intent'): string {
  const parts: string[] = ['kb', name];
  if (name === 'content') parts.push(kind === 'intent' ? 'faq' : kind);
  if (key) parts.push(encodeURIComponent(key));
  return parts.join('/');
}

/** Where an object is edited. */
export const placeOf = (kind: Kind, key: string): string =>
  kind === 'intent' ? writePlace('intents', key) : writePlace('content', key, kind);
