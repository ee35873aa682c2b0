/** Which key means what at the desk. Pure; by place on the keyboard, because Alt changes letters on a Mac. */

export type Deed = 'accept' | 'previous' | 'next' | 'end' | 'transfer' | 'help' | 'suggestion';

export interface Pressed {
  deed: Deed;
  /** Which suggestion, from 0. */
  place: number;
}

interface Key {
  key: string;
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
}

const ALT: Record<string, Deed> = {
  KeyA: 'accept',
  ArrowUp: 'previous',
  ArrowDown: 'next',
  KeyE: 'end',
  KeyT: 'transfer',
};

export function deedOf(event: Key, typing: boolean): Pressed | null {
  if (event.isComposing) return null;
  if (event.key === 'F1' || (!typing && (event.key === '?' || event.key === '？')))
    return { deed: 'help', place: 0 };
  if (!event.altKey || event.ctrlKey || event.metaKey) return null;
  const digit = /^(?:Digit|Numpad)([1-3])$/.exec(event.code);
  if (digit) return { deed: 'suggestion', place: Number(digit[1]) - 1 };
  const deed = ALT[event.code];
  return deed ? { deed, place: 0 } : null;
}
