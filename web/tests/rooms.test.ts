import { describe, expect, it } from 'vitest';
import { readChat, readChatCard, readNews, readNote, readStaffMessage, type StaffMessage } from '../src/agent/contract';
import { readProposal } from '../src/agent/contractCustomer';
import {
  cardAfter,
  emptyRoom,
  misses,
  outgoing,
  timeline,
  withChat,
  withMessage,
  withNews,
  withProposal,
  type Room,
} from '../src/agent/rooms';

const said = (seq: number, more: object = {}): StaffMessage => {
  const message = readStaffMessage({ seq, role: 'customer', text: `第${seq}句`, at: `2026-11-26T08:00:0${seq}Z`, ...more });
  if (!message) throw new Error('no message');
  return message;
};
const room = (...messages: object[]): Room => withChat(emptyRoom(), readChat({ messages, writable: true }));
const seqs = (held: Room): number[] => held.chat?.messages.map(({ seq }) => seq) ?? [];

describe('a chat that is held', () => {
  it('orders messages, holds each once, and knows when one is missing', () => {
    const held = withMessage(withMessage(room(said(1), said(2)), said(4)), said(4));
    expect(seqs(held)).toEqual([1, 2, 4]);
    expect(misses(held)).toBe(true);
    expect(held.cursor).toBe(2);
    const caught = withNews(held, readNews({ messages: [said(3), said(4)], mode: 'human' }));
    expect(seqs(caught)).toEqual([1, 2, 3, 4]);
    expect(misses(caught)).toBe(false);
    expect(caught.cursor).toBe(4);
  });

  it('may begin in the middle of a long conversation', () => {
    expect(misses(room(said(7), said(8)))).toBe(false);
  });

  it('lets go of a line on its way when it comes back, whoever’s name stands before its id', () => {
    const sending = { ...room(said(1)), outbox: [outgoing('abc', '好的', 0), outgoing('def', '请稍等', 0)] };
    const left = withMessage(sending, said(2, { role: 'agent', client_id: 'staff:2:abc' }));
    expect(left.outbox.map(({ clientId }) => clientId)).toEqual(['def']);
    expect(withMessage(sending, said(2)).outbox).toBe(sending.outbox);
  });

  it('keeps the name of who wrote when the socket does not tell it', () => {
    const held = room(said(1, { role: 'agent', staff: '王芳' }));
    expect(withMessage(held, said(1, { role: 'agent' })).chat?.messages[0]?.staff).toBe('王芳');
  });

  it('has the newest state of each proposal, the latest first', () => {
    const asked = readProposal({ id: 'p', state: 'asked', at: '2026-11-26T08:00:00Z' });
    const later = readProposal({ id: 'q', state: 'asked', at: '2026-11-26T08:01:00Z' });
    const held = withProposal(withProposal(withProposal(room(), asked), later), { ...asked, state: 'confirmed' });
    expect(held.proposals.map(({ id, state }) => [id, state])).toEqual([
      ['q', 'asked'],
      ['p', 'confirmed'],
    ]);
  });
});

describe('the line of a chat in the list', () => {
  const card = readChatCard({ handover: 1, state: 'active', unread: 1 });

  it('counts a customer’s line that nobody looks at', () => {
    expect(cardAfter(card, said(1), false)).toMatchObject({ unread: 2, last: { text: '第1句' } });
    expect(cardAfter(card, said(1), true).unread).toBe(0);
  });

  it('is answered by the agent’s line and not touched by the desk’s own', () => {
    expect(cardAfter(card, said(2, { role: 'agent' }), true).answered_at).toBe(said(2).at);
    expect(cardAfter(card, said(3, { role: 'system' }), false)).toBe(card);
  });

  it('does not go back to an older line', () => {
    const newer = cardAfter(card, said(5), true);
    expect(cardAfter(newer, said(2), true)).toBe(newer);
  });
});

it('puts notes between the messages where they were made', () => {
  const notes = [
    readNote({ id: 1, text: '甲', at: '2026-11-26T08:00:01.5Z' }),
    readNote({ id: 2, text: '乙', at: '2026-11-26T09:00:00Z' }),
  ];
  expect(timeline([said(1), said(2)], notes).map((one) => (one.kind === 'note' ? one.note.text : one.message.seq))).toEqual([
    1,
    '甲',
    2,
    '乙',
  ]);
});
