/** Sentences pasted in bulk: one a line, without what lists put before them, each only once. Pure. */
import { readMarkup } from './markup';

/** Two sentences are one when they differ only in spaces, punctuation, letter case and marks of entities. */
export const form = (sentence: string): string =>
  readMarkup(sentence).text.normalize('NFKC').toLowerCase().replace(/[\s\p{P}\p{S}]/gu, '') || sentence.trim();

const BULLET = /^\s*(?:[-*•·●▪]\s+|\d{1,4}\s*[.、)）．]\s*|[(（]\d{1,4}[)）]\s*)/;
const QUOTED = /^["“'‘「](.*)["”'’」]$/;

export const MOST_LETTERS = 200;

export interface Pasted {
  fresh: string[];
  /** Already there, or twice in what was pasted. */
  repeated: string[];
  /** Too long for a sentence. */
  long: string[];
}

export function pasted(text: string, held: string[]): Pasted {
  const seen = new Set(held.map(form));
  const result: Pasted = { fresh: [], repeated: [], long: [] };
  for (const line of text.split(/\r\n|[\r\n\u2028\t]/)) {
    const bare = line.replace(BULLET, '').trim();
    const sentence = (QUOTED.exec(bare)?.[1] ?? bare).trim();
    if (!sentence) continue;
    const one = form(sentence);
    if (sentence.length > MOST_LETTERS) result.long.push(sentence);
    else if (seen.has(one)) result.repeated.push(sentence);
    else {
      seen.add(one);
      result.fresh.push(sentence);
    }
  }
  return result;
}

/** Places of sentences that say the same as one before them, with the place of that one. */
export function duplicates(sentences: string[]): Map<number, number> {
  const first = new Map<string, number>();
  const again = new Map<number, number>();
  sentences.forEach((sentence, place) => {
    const one = form(sentence);
    const before = first.get(one);
    if (before === undefined) first.set(one, place);
    else again.set(place, before);
  });
  return again;
}
