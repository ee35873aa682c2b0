/** Which intent sentences most likely belong to: what agents said first, then what the bot guessed. Pure. */
import type { InboxSentence } from '../contract';

function most(intents: (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const intent of intents) if (intent) counts.set(intent, (counts.get(intent) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first && first[1] * 2 > intents.length ? first[0] : null;
}

/** Null unless more than half say the same. */
export function likely(sentences: InboxSentence[]): string | null {
  const corrected = sentences.filter(({ intent }) => intent);
  if (corrected.length) return most(corrected.map(({ intent }) => intent));
  return most(sentences.map(({ guess }) => guess));
}
