/** Entities inside a sentence: "想办[星卡](package)" as its plain text and the spans in it, and back. Pure. */

export interface Span {
  start: number;
  end: number;
  entity: string;
  /** What stands behind the brackets when it is more than a name: {"entity": …, "value": …}. */
  more?: string;
  /** Found by the extractor and not accepted yet. */
  proposed?: boolean;
}

export interface Marked {
  text: string;
  spans: Span[];
}

const MARK = /\[([^\][]+)\](?:\(([A-Za-z_][\w]*)(?::[^)]*)?\)|(\{[^{}]*\}))/g;

const entityOf = (json: string): string => /"entity"\s*:\s*"([^"]+)"/.exec(json)?.[1] ?? '';

export function readMarkup(sentence: string): Marked {
  const spans: Span[] = [];
  let text = '';
  let after = 0;
  for (const found of sentence.matchAll(MARK)) {
    const [whole, words = '', name, json] = found;
    const entity = name ?? entityOf(json ?? '');
    if (!entity) continue;
    text += sentence.slice(after, found.index);
    spans.push({ start: text.length, end: text.length + words.length, entity, ...(json ? { more: json } : {}) });
    text += words;
    after = found.index + whole.length;
  }
  return { text: text + sentence.slice(after), spans };
}

export function writeMarkup({ text, spans }: Marked): string {
  let sentence = '';
  let after = 0;
  for (const { start, end, entity, more } of inOrder(spans)) {
    sentence += `${text.slice(after, start)}[${text.slice(start, end)}]${more ?? `(${entity})`}`;
    after = end;
  }
  return sentence + text.slice(after);
}

const inOrder = (spans: Span[]): Span[] => [...spans].sort((a, b) => a.start - b.start);
const meet = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** With one more span; it takes the place of those that it meets. Spaces at its edges are left out. */
export function withSpan({ text, spans }: Marked, span: Span): Marked {
  const words = text.slice(span.start, span.end);
  const start = span.start + (words.length - words.trimStart().length);
  const end = span.end - (words.length - words.trimEnd().length);
  if (end <= start || /[[\]]/.test(words)) return { text, spans };
  const fresh = { ...span, start, end };
  return { text, spans: inOrder([...spans.filter((one) => !meet(one, fresh)), fresh]) };
}

export const withoutSpan = ({ text, spans }: Marked, start: number): Marked => ({
  text,
  spans: spans.filter((span) => span.start !== start),
});

/** Another text: spans before and behind what was changed stay with their words, those that were touched go. */
export function retyped({ text, spans }: Marked, next: string): Marked {
  let head = 0;
  while (head < text.length && head < next.length && text[head] === next[head]) head += 1;
  let tail = 0;
  const most = Math.min(text.length, next.length) - head;
  while (tail < most && text[text.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  const moved = next.length - text.length;
  const kept = spans.flatMap((span) => {
    if (span.end <= head) return [span];
    if (span.start >= text.length - tail) return [{ ...span, start: span.start + moved, end: span.end + moved }];
    return [];
  });
  return { text: next, spans: kept };
}

export interface Piece {
  text: string;
  start: number;
  span: Span | null;
}

/** The text in pieces, with and without entity, in order. */
export function pieces({ text, spans }: Marked): Piece[] {
  const cut: Piece[] = [];
  let after = 0;
  for (const span of inOrder(spans)) {
    if (span.start > after) cut.push({ text: text.slice(after, span.start), start: after, span: null });
    cut.push({ text: text.slice(span.start, span.end), start: span.start, span });
    after = span.end;
  }
  if (after < text.length) cut.push({ text: text.slice(after), start: after, span: null });
  return cut;
}
