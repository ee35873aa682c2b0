/** What this page has corrected, in the words that stand below the lines; lost on a reload. */
const held = new Map<string, string>();

export const correctionOf = (handover: string, seq: number): string | null => held.get(`${handover}/${seq}`) ?? null;

export function corrected(handover: string, seq: number, words: string): string {
  held.set(`${handover}/${seq}`, words);
  return words;
}
