import { describe, expect, it } from 'vitest';
import { readChatCard } from '../src/agent/contract';
import { acceptSeconds, inOrder, queueTone, waitsFor, waitTone } from '../src/agent/waits';

const now = Date.parse('2026-11-26T08:00:00Z');
const at = (secondsAgo: number): string => new Date(now - secondsAgo * 1000).toISOString();
const card = (more: object) => readChatCard({ handover: 1, state: 'active', ...more });

describe('how long a customer has waited', () => {
  it('counts from the last line while it is the agent’s turn', () => {
    const asked = { answered_at: at(300), last_customer_at: at(40) };
    expect(waitsFor(card({ ...asked, last: { role: 'customer', at: at(40) } }), now)).toBe(40_000);
    expect(waitsFor(card({ ...asked, last: { role: 'agent', at: at(5) } }), now)).toBeNull();
  });

  it('counts from the taking of the chat while nobody has greeted the customer', () => {
    const taken = card({ accepted_at: at(20), last_customer_at: at(200), last: { role: 'system', at: at(20) } });
    expect(waitsFor(taken, now)).toBe(20_000);
    expect(waitsFor(card({ accepted_at: at(20), last_customer_at: at(6) }), now)).toBe(6_000);
  });

  it('does not count while a chat is only offered, and never below zero', () => {
    expect(waitsFor(card({ state: 'offered', last_customer_at: at(9) }), now)).toBeNull();
    expect(waitsFor(card({ answered_at: at(9), last_customer_at: at(-5), last: { role: 'customer' } }), now)).toBe(0);
  });

  it('goes from green over amber to red', () => {
    expect([0, 29_999, 30_000, 89_999, 90_000].map(waitTone)).toEqual(['calm', 'calm', 'warn', 'warn', 'late']);
    expect([59, 60, 180].map(queueTone)).toEqual(['calm', 'warn', 'late']);
  });
});

describe('the list of chats', () => {
  it('counts down to the end of an offer', () => {
    expect(acceptSeconds(card({ offered_until: at(-12.4) }), now)).toBe(13);
    expect(acceptSeconds(card({ offered_until: at(3) }), now)).toBe(0);
    expect(acceptSeconds(card({}), now)).toBeNull();
  });

  it('has offers on top, the most urgent first, and own chats as they were taken', () => {
    const chats = [
      card({ handover: 1, accepted_at: at(10) }),
      card({ handover: 2, accepted_at: at(90) }),
      card({ handover: 3, state: 'offered', offered_until: at(-20) }),
      card({ handover: 4, state: 'offered', offered_until: at(-5) }),
    ];
    expect(inOrder(chats).map(({ handover }) => handover)).toEqual(['4', '3', '2', '1']);
  });
});
