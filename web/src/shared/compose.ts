/** What may be sent from the composer. Pure. */

export const TEXT_LIMIT = 1000;
const COUNTER_FROM = 900;

/** Characters as the desk counts them: code points, so that 😀 is one. */
export const countCharacters = (text: string): number => [...text].length;

export interface Draft {
  text: string;
  used: number;
  over: number;
  showCounter: boolean;
  canSend: boolean;
}

export function readDraft(raw: string): Draft {
  const text = raw.trim();
  const used = countCharacters(text);
  const over = Math.max(0, used - TEXT_LIMIT);
  return { text, used, over, showCounter: used >= COUNTER_FROM, canSend: used > 0 && over === 0 };
}

/** Enter sends; not with Shift, and not while an input method is still choosing characters. */
export function sendsOn(event: {
  key: string;
  shiftKey: boolean;
  isComposing: boolean;
  keyCode: number;
}): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
