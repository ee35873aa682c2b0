import { describe, expect, it } from 'vitest';
import { pieces, readMarkup, retyped, withoutSpan, withSpan, writeMarkup } from '../src/kb/markup';

describe('marks of entities in a sentence', () => {
  it.each([
    '我想办[星卡](package)',
    '[189****5671](phone_number)的[套餐](package)怎么换',
    '换成[便宜的]{"entity": "money", "value": "79"}那个',
    '没有标注的句子',
    '有[方括号]但不是标注',
    '',
  ])('%j is read and written back as it was', (sentence) => {
    expect(writeMarkup(readMarkup(sentence))).toBe(sentence);
  });

  it('are read as plain text with places', () => {
    expect(readMarkup('[下个月](month)换[星卡](package)')).toEqual({
      text: '下个月换星卡',
      spans: [
        { start: 0, end: 3, entity: 'month' },
        { start: 4, end: 6, entity: 'package' },
      ],
    });
  });

  it('take the place of those that they meet, and leave spaces outside', () => {
    const marked = readMarkup('办 [星卡](package) 吧');
    expect(writeMarkup(withSpan(marked, { start: 1, end: 5, entity: 'vas' }))).toBe('办 [星卡](vas) 吧');
    expect(withSpan(marked, { start: 1, end: 2, entity: 'vas' }).spans).toHaveLength(1);
    expect(writeMarkup(withoutSpan(marked, 2))).toBe('办 星卡 吧');
  });

  it('stay with their words when the text around them is typed anew', () => {
    const marked = readMarkup('我想办[星卡](package)可以吗');
    expect(writeMarkup(retyped(marked, '麻烦帮我办星卡可以吗'))).toBe('麻烦帮我办[星卡](package)可以吗');
    expect(writeMarkup(retyped(marked, '我想办星卡行不行'))).toBe('我想办[星卡](package)行不行');
  });

  it('go when their own words are changed', () => {
    expect(writeMarkup(retyped(readMarkup('我想办[星卡](package)'), '我想办月卡'))).toBe('我想办月卡');
  });

  it('cut the sentence into pieces that make it whole again', () => {
    const marked = readMarkup('把[套餐](package)换成[星卡](package)');
    expect(pieces(marked).map(({ text, span }) => [text, span?.entity ?? null])).toEqual([
      ['把', null],
      ['套餐', 'package'],
      ['换成', null],
      ['星卡', 'package'],
    ]);
  });
});
