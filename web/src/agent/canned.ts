/** Canned replies: finding them by `/code`, and filling their blanks from the chat. Pure. */
import type { Canned } from './contractCustomer';

/** The word after `/` when the composer holds nothing else, or null: the list is open while it is a word. */
export function cannedQuery(text: string): string | null {
  const found = /^[/／](\S{0,20})$/.exec(text);
  return found ? (found[1] ?? '').toLowerCase() : null;
}

/** Those whose code begins with the word come first, then those whose title or text has it. */
export function matchCanned(all: Canned[], word: string, most = 8): Canned[] {
  const sought = word.toLowerCase();
  const rank = (one: Canned): number => {
    if (one.code.toLowerCase().startsWith(sought)) return 0;
    if (one.title.includes(sought) || one.group.includes(sought)) return 1;
    return one.text.includes(sought) ? 2 : 3;
  };
  return all
    .map((one, place) => ({ one, place, rank: rank(one) }))
    .filter((entry) => entry.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .slice(0, most)
    .map((entry) => entry.one);
}

export interface Filled {
  text: string;
  /** Where the first blank that nobody could fill stands, to be typed over; null when none is left. */
  blank: [number, number] | null;
}

/** Blanks are {name}; one without a value stays for the agent to type over. */
export function fillBlanks(text: string, values: Record<string, string | null | undefined>): Filled {
  const filled = text.replace(/\{(\w+)\}/g, (blank, name: string) => values[name] || blank);
  const left = /\{\w+\}/.exec(filled);
  return { text: filled, blank: left ? [left.index, left.index + left[0].length] : null };
}
