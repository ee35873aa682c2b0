import { describe, expect, it } from 'vitest';
import type { Message } from '../src/shared/contract';
import {
  carryOver,
  fromStored,
  nextToSend,
  outgoing,
  retry,
  settle,
  toStored,
  wake,
  type Outgoing,
} from '../src/customer/outbox';

const text = (clientId: string, more: Partial<Outgoing> = {}): Outgoing =>
  outgoing(clientId, 1000, { kind: 'text', text: clientId, ...more });
const confirmed = (clientId: string): Message => ({
  ...{ seq: 1, role: 'customer', text: '', choices: [], card: null, at: '', client_id: clientId },
});

describe('the outbox', () => {
  it('sends words one after another, and pictures beside them', () => {
    const picture = text('p', { kind: 'picture' });
    expect(nextToSend([text('a'), text('b')], 'words')?.clientId).toBe('a');
    expect(nextToSend([text('a', { state: 'sending' }), text('b')], 'words')).toBeNull();
    expect(nextToSend([text('a', { state: 'failed' }), text('b')], 'words')?.clientId).toBe('b');
    expect(nextToSend([text('a', { state: 'sending' }), picture], 'pictures')).toBe(picture);
  });

  it('retries under the same client id, last in line', () => {
    const box = retry([text('a', { state: 'failed', attempts: 3, reason: '忙' }), text('b')], 'a');
    expect(box.map(({ clientId, state }) => [clientId, state])).toEqual([
      ['b', 'waiting'],
      ['a', 'waiting'],
    ]);
    expect(box[1]).toMatchObject({ attempts: 0, reason: null });
  });

  it('does not retry what the desk refused for good', () => {
    const box = [text('a', { state: 'failed', retryable: false })];
    expect(retry(box, 'a')).toBe(box);
  });

  it('sends again by itself what the network lost a moment ago, three times at most', () => {
    const lost = text('a', { state: 'failed' });
    expect(wake([lost], 60_000)[0]).toMatchObject({ state: 'waiting', wakes: 1 });
    expect(wake([lost], 200_000)[0]?.state).toBe('failed');
    expect(wake([{ ...lost, wakes: 3 }], 60_000)[0]?.state).toBe('failed');
    expect(wake([{ ...lost, reason: '发送太快了' }], 60_000)[0]?.state).toBe('failed');
  });

  it('lets go of what the transcript holds, except while its request runs', () => {
    const box = [text('a', { state: 'failed' }), text('b')];
    expect(settle(box, [confirmed('a')]).map(({ clientId }) => clientId)).toEqual(['b']);
    expect(settle(box, [])).toBe(box);
    const running = [text('a', { state: 'sending' })];
    expect(settle(running, [confirmed('a')])).toBe(running);
  });

  it('takes unsent sentences into a new conversation, but no choices', () => {
    const box = [
      text('a', { state: 'sending', attempts: 2 }),
      text('b', { kind: 'choice', choice: 'x' }),
      text('c', { state: 'failed' }),
      text('d', { state: 'sent' }),
    ];
    expect(carryOver(box)).toMatchObject([
      { clientId: 'a', state: 'waiting', attempts: 0 },
      { clientId: 'c', state: 'failed' },
    ]);
  });

  it('survives a reload as words that can be sent again', () => {
    const box = [text('a', { state: 'sending' }), text('b', { kind: 'choice', choice: 'x' }), text('p', { kind: 'picture' })];
    const back = fromStored(JSON.parse(JSON.stringify(toStored(box))));
    expect(back).toMatchObject([
      { clientId: 'a', kind: 'text', state: 'failed', retryable: true },
      { clientId: 'b', kind: 'choice', choice: 'x', state: 'failed' },
    ]);
    expect(fromStored({ not: 'a list' })).toEqual([]);
    expect(fromStored([null, { clientId: 1 }, { clientId: 'c', kind: 'choice', text: '' }])).toEqual([]);
  });
});
