import { describe, expect, it } from 'vitest';
import { readHistory, readMessage, readPageTexts } from '../src/shared/contract';
import { httpError } from '../src/shared/http';

describe('what arrives over the wire', () => {
  it('is read leniently', () => {
    expect(readMessage({ seq: 3, role: 'bot', text: '好', at: 'x', card: null, choices: null })).toEqual(
      { seq: 3, role: 'bot', text: '好', choices: [], card: null, at: 'x' },
    );
    expect(readMessage({ role: 'bot' })).toBeNull();
    expect(readMessage('hello')).toBeNull();
    expect(readHistory(null)).toEqual({ messages: [], mode: 'bot', queue: null });
  });

  it('keeps bars between empty and full', () => {
    const card = { kind: 'usage', title: '用量', rows: [{ label: '流量', value: '超出', ratio: 1.4 }] };
    expect(readMessage({ seq: 1, role: 'bot', card })?.card).toMatchObject({
      amount: null,
      rows: [{ label: '流量', ratio: 1, note: null }],
    });
  });

  it('falls back text by text', () => {
    const fallback = { title: '甲', greeting: '乙', quick: [{ title: '丙', text: '丙' }] };
    expect(readPageTexts({ title: '丁' }, fallback)).toEqual({ ...fallback, title: '丁' });
    expect(readPageTexts({ quick: [{ title: '查话费' }] }, fallback).quick).toEqual([
      { title: '查话费', text: '查话费' },
    ]);
    expect(readPageTexts({ quick: [] }, fallback).quick).toEqual([]);
  });

  it('takes the sentence out of an error', () => {
    const error = httpError(429, { error: { code: 'too_fast', message: '请稍等' } });
    expect(error).toMatchObject({ status: 429, sentence: '请稍等', retryable: true, sessionLost: false });
    expect(httpError(413, '<html>')).toMatchObject({ sentence: null, retryable: false });
    expect(httpError(401, null).sessionLost).toBe(true);
  });
});
