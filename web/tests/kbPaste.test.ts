import { describe, expect, it } from 'vitest';
import { duplicates, form, pasted } from '../src/kb/paste';

describe('sentences pasted in bulk', () => {
  it('lose numbers, bullets and quotes, and empty lines', () => {
    expect(pasted('1. 换彩铃\r\n\n2、彩铃怎么换\n• “视频彩铃更换”\n（4）我要换彩铃\n10000号能换彩铃吗', []).fresh).toEqual([
      '换彩铃',
      '彩铃怎么换',
      '视频彩铃更换',
      '我要换彩铃',
      '10000号能换彩铃吗',
    ]);
  });

  it('are told apart from those that are there, whatever their punctuation and marks', () => {
    const { fresh, repeated } = pasted('换彩铃！\n我想换[彩铃](vas)\n换铃声\n换 铃声？', ['换彩铃', '我想换彩铃']);
    expect(fresh).toEqual(['换铃声']);
    expect(repeated).toEqual(['换彩铃！', '我想换[彩铃](vas)', '换 铃声？']);
  });

  it('are no sentences when they are too long', () => {
    expect(pasted('好'.repeat(201), [])).toMatchObject({ fresh: [], long: ['好'.repeat(201)] });
  });

  it('are flagged at the later place', () => {
    expect([...duplicates(['换彩铃', '查话费', '换彩铃。', '查 话费'])]).toEqual([
      [2, 0],
      [3, 1],
    ]);
    expect(form('？？')).toBe('？？');
  });
});
