import { describe, expect, it } from 'vitest';
import type { Message, Role } from '../src/shared/contract';
import { parseUtc } from '../src/shared/time';
import { outgoing } from '../src/customer/outbox';
import { timeline, type Row } from '../src/customer/timeline';

const message = (seq: number, at: string, role: Role = 'bot', client_id?: string): Message => ({
  ...{ seq, role, text: '', choices: [], card: null, at },
  ...(client_id ? { client_id } : {}),
});
const now = parseUtc('2025-11-05T07:00:00Z');
const shape = (rows: Row[]): string[] =>
  rows.map((row) => {
    if (row.type === 'time') return row.label;
    return `${row.key}${row.opensRun ? '*' : ''}`;
  });

describe('the timeline', () => {
  it('tells the time at a new day and after a pause, and marks who begins to speak', () => {
    const rows = timeline(
      [
        message(1, '2025-11-04T01:12:00Z', 'customer', 'a'),
        message(2, '2025-11-04T01:12:05Z'),
        message(3, '2025-11-04T01:12:06Z'),
        message(4, '2025-11-05T06:05:00Z'),
        message(5, '2025-11-05T06:09:59Z'),
        message(6, '2025-11-05T06:15:00Z'),
      ],
      [],
      now,
    );
    expect(shape(rows)).toEqual([
      ...['昨天 09:12', 'a*', 'seq-2*', 'seq-3'],
      ...['今天 14:05', 'seq-4*', 'seq-5'],
      ...['今天 14:15', 'seq-6*'],
    ]);
  });

  it('shows what is on its way last, and what was answered before its reply', () => {
    const at = '2025-11-05T06:59:00Z';
    const answered = outgoing('b', now, { kind: 'text', text: '', state: 'sent', before: 3 });
    const waiting = outgoing('c', now, { kind: 'text', text: '' });
    const rows = timeline([message(1, at), message(3, at)], [answered, waiting], now);
    expect(shape(rows).slice(1)).toEqual(['seq-1*', 'b*', 'seq-3*', 'c*']);
  });

  it('shows a message once when it came back while its request still runs', () => {
    const at = '2025-11-05T06:59:00Z';
    const running = outgoing('a', now, { kind: 'text', text: '', state: 'sending' });
    expect(shape(timeline([message(1, at, 'customer', 'a')], [running], now)).slice(1)).toEqual(['a*']);
  });

  it('bears a time that is none', () => {
    expect(timeline([message(1, 'soon')], [], now)).toHaveLength(2);
  });
});
