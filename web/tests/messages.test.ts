import { describe, expect, it } from 'vitest';
import type { Message } from '../src/shared/contract';
import { activeChoices, ratable } from '../src/customer/messages';
import { completeUpTo, hasGap, mergeMessages } from '../src/shared/transcript';
import { outgoing } from '../src/customer/outbox';

const message = (seq: number, more: Partial<Message> = {}): Message => ({
  ...{ seq, role: 'bot', text: `第${seq}条`, choices: [], card: null, at: '2025-11-05T06:00:00Z' },
  ...more,
});
const asking = (seq: number, role: Message['role'] = 'bot'): Message =>
  message(seq, { role, choices: [{ id: 'a', title: '甲' }] });
const item = (more = {}) => outgoing('c1', 0, { kind: 'text', text: '你好', ...more });

describe('merging by seq', () => {
  it('orders, and holds each message once', () => {
    const held = [message(1), message(3)];
    const merged = mergeMessages(held, [message(2), message(3, { text: '新' })]);
    expect(merged.map(({ seq, text }) => [seq, text])).toEqual([
      [1, '第1条'],
      [2, '第2条'],
      [3, '新'],
    ]);
    expect(mergeMessages(held, [])).toBe(held);
  });

  it('knows up to where nothing is missing', () => {
    expect(completeUpTo([message(1), message(2), message(4)], 0)).toBe(2);
    expect(hasGap([message(1), message(2), message(4)], 0)).toBe(true);
    expect(hasGap([message(41), message(42)], 40)).toBe(false);
    expect(hasGap([], 0)).toBe(false);
  });
});

describe('choices that can still be pressed', () => {
  it('are those of the latest message that has some', () => {
    expect(activeChoices([asking(1), asking(2)], [], 'bot')).toEqual([2]);
    expect(activeChoices([asking(1), message(2)], [], 'bot')).toEqual([1]);
  });

  it('of a question for a score stay open when the bot goes on', () => {
    const closed = message(1, { role: 'system' });
    expect(activeChoices([closed, asking(2, 'system'), asking(3)], [], 'bot')).toEqual([3, 2]);
    expect(activeChoices([asking(1, 'system'), asking(2), asking(3)], [], 'bot')).toEqual([3, 1]);
    expect(activeChoices([asking(1, 'system'), message(2, { role: 'system' }), asking(3)], [], 'bot')).toEqual([3]);
    expect(activeChoices([asking(1, 'system'), message(2, { role: 'agent' }), asking(3)], [], 'bot')).toEqual([3]);
    expect(activeChoices([asking(1, 'system'), asking(2, 'agent')], [], 'human')).toEqual([2]);
    expect(activeChoices([asking(1, 'system'), asking(2)], [item()], 'bot')).toEqual([]);
  });

  it('close when the customer speaks', () => {
    expect(activeChoices([asking(1), message(2, { role: 'customer' })], [], 'bot')).toEqual([]);
    expect(activeChoices([asking(1)], [item()], 'bot')).toEqual([]);
    expect(activeChoices([asking(1)], [item({ state: 'sending' })], 'bot')).toEqual([]);
  });

  it('stay closed while a pressed choice can still be sent again', () => {
    const pressed = { kind: 'choice', choice: 'a', state: 'failed' };
    expect(activeChoices([asking(1)], [item(pressed)], 'bot')).toEqual([]);
    expect(activeChoices([asking(1)], [item({ ...pressed, retryable: false })], 'bot')).toEqual([1]);
  });

  it('stay open beside a sentence that failed', () => {
    expect(activeChoices([asking(1)], [item({ state: 'failed' })], 'bot')).toEqual([1]);
  });

  it('are open in a reply whose question has no seq yet', () => {
    const sent = item({ state: 'sent', before: 3 });
    expect(activeChoices([asking(1), asking(3)], [sent], 'bot')).toEqual([3]);
    expect(activeChoices([asking(1)], [item({ state: 'sent' })], 'bot')).toEqual([]);
  });

  it("of the bot close when a person serves; the agent's do not", () => {
    expect(activeChoices([asking(1)], [], 'human')).toEqual([]);
    expect(activeChoices([asking(1, 'agent')], [], 'human')).toEqual([1]);
    expect(activeChoices([asking(1)], [], 'queued')).toEqual([1]);
  });
});

describe('an answer may be rated', () => {
  const asked = message(1, { role: 'customer' });

  it('when it is the last line and asks nothing', () => {
    expect(ratable([asked, message(2)], [], 'bot')).toBe(2);
    expect(ratable([asked, message(2, { text: '请问是哪个号码？' })], [], 'bot')).toBeNull();
    expect(ratable([asked, message(2), message(3, { role: 'system' })], [], 'bot')).toBeNull();
  });

  it('not before the customer has said anything, nor while something is on its way', () => {
    expect(ratable([message(1)], [], 'bot')).toBeNull();
    expect(ratable([], [], 'bot')).toBeNull();
    expect(ratable([asked, message(2)], [item()], 'bot')).toBeNull();
  });

  it('not while a person is waited for or serves', () => {
    expect(ratable([asked, message(2)], [], 'queued')).toBeNull();
    expect(ratable([asked, message(2)], [], 'human')).toBeNull();
  });
});
