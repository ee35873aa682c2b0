/** Values of fields as text that people read: answers by their words, the rest as the content files write it. Pure. */
import { isObject, list, words } from '../shared/read';
import { writeFlow } from './flow';
import { readAnswer, type Variant } from './values';

const ARROW = '→';

function variantText({ text, buttons, when }: Variant): string {
  const conditions = [...(when?.levels ?? []), ...(when?.products ?? [])];
  return [
    conditions.length ? `【${conditions.join('、')}】${text}` : text,
    ...buttons.map(({ title, payload }) => `[${title}] ${ARROW} ${payload}`),
  ]
    .filter(Boolean)
    .join('\n');
}

export function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (isObject(value) && (value.kind === 'text' || value.kind === 'action')) {
    const answer = readAnswer(value);
    return answer.kind === 'action' ? answer.action : answer.variants.map(variantText).join('\n');
  }
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return list(value).map(words).join('\n');
  return typeof value === 'object' ? writeFlow(value) : words(value) || String(value);
}
