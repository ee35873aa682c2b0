import { describe, expect, it } from 'vitest';
import { cannedQuery, fillBlanks, matchCanned } from '../src/agent/canned';

const canned = [
  { group: '开场', code: 'kc', title: '问候', text: '您好，我是客服{agent}。' },
  { group: '请稍等', code: 'sd', title: '请稍等', text: '好的，请稍等，我查一下。' },
  { group: '开场', code: 'kcj', title: '看过前面的对话', text: '前面的对话我已经看过。' },
];

describe('finding a canned reply', () => {
  it.each([
    ['/', ''],
    ['/KC', 'kc'],
    ['／sd', 'sd'],
    ['/请', '请'],
    ['', null],
    ['您好/kc', null],
    ['/kc ', null],
    ['24/7', null],
  ])('%j asks for %j', (text, word) => {
    expect(cannedQuery(text)).toBe(word);
  });

  it('puts codes that begin so first, then titles, then texts', () => {
    expect(matchCanned(canned, 'kc').map(({ code }) => code)).toEqual(['kc', 'kcj']);
    expect(matchCanned(canned, '稍等').map(({ code }) => code)).toEqual(['sd']);
    expect(matchCanned(canned, '对话').map(({ code }) => code)).toEqual(['kcj']);
    expect(matchCanned(canned, '')).toHaveLength(3);
    expect(matchCanned(canned, '', 2)).toHaveLength(2);
    expect(matchCanned(canned, '没有')).toEqual([]);
  });
});

describe('filling its blanks', () => {
  it('takes what the chat knows and leaves the first unknown one to be typed over', () => {
    expect(fillBlanks('我是{agent}', { agent: '王芳' })).toEqual({ text: '我是王芳', blank: null });
    const { text, blank } = fillBlanks('{name}您好，工单{ticket}已登记', { name: '陈*', ticket: '' });
    expect(text).toBe('陈*您好，工单{ticket}已登记');
    expect(blank && text.slice(...blank)).toBe('{ticket}');
  });
});
