import { describe, expect, it } from 'vitest';
import { readChat, readDesk, readMe, readStaffMessage } from '../src/agent/contract';
import { readOffers, readProposal } from '../src/agent/contractCustomer';
import { readBoard, readReviewed, readServiceReport } from '../src/agent/contractSupervisor';

describe('what the desk tells its staff', () => {
  it('is read leniently: ids become text, what is missing becomes nothing', () => {
    const desk = readDesk({ chats: [{ handover: 7, topic_title: null, unread: 'x' }, 'no chat'] });
    expect(desk.chats).toHaveLength(1);
    expect(desk.chats[0]).toMatchObject({ handover: '7', topic_title: '', unread: 0, last: null, offered_until: null });
    expect(desk.presence).toEqual({ state: 'offline', since: '', missed: false });
    expect(readChat(null)).toMatchObject({ messages: [], notes: [], writable: false, mode: 'bot' });
  });

  it('takes an unknown role for the least powerful one', () => {
    expect(readMe({ staff: { id: 1, role: 'owner' }, csrf: 'c' }).staff.role).toBe('agent');
  });

  it('keeps who of the staff wrote', () => {
    expect(readStaffMessage({ seq: 1, role: 'agent', staff: '王芳' })?.staff).toBe('王芳');
    expect(readStaffMessage({ role: 'agent', staff: '王芳' })).toBeNull();
  });

  it('never takes an unknown state of a proposal for a yes', () => {
    expect(readProposal({ id: 1, state: 'maybe' }).state).toBe('asked');
    expect(readOffers({ offers: [{ id: 'a', proposal: null }] }).offers[0]?.proposal).toBeNull();
  });

  it('reads scores from a list or an object', () => {
    expect(readBoard({ satisfaction: { by_score: { 1: 2, 5: 9 } } }).satisfaction.by_score).toEqual([2, 0, 0, 0, 9]);
    expect(readBoard({ satisfaction: { by_score: [1, 2, 3, 4, 5] } }).satisfaction.by_score).toEqual([1, 2, 3, 4, 5]);
  });

  it('finds a reviewed transcript beside the scores or under its name', () => {
    const messages = [{ seq: 1, role: 'customer', text: '你好' }];
    for (const body of [{ messages }, { transcript: messages }, { transcript: { messages } }])
      expect(readReviewed({ ...body, scores: [{ by: '赵敏', total: 90, answers: { open: 10 } }] })).toMatchObject({
        chat: { messages: [{ seq: 1 }] },
        scores: [{ by: '赵敏', total: 90, answers: { open: 10 } }],
      });
  });

  it('keeps the columns that a report has', () => {
    expect(readServiceReport({ rows: [{ date: '2026-11-26', mean: null, answered: 3, more: {} }] })).toEqual([
      { date: '2026-11-26', mean: null, answered: 3 },
    ]);
  });
});
