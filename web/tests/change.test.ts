import { describe, expect, it } from 'vitest';
import { change, shown, spoken } from '../src/board/change';
import { readQualityBoard, readWholeTalk } from '../src/board/contract';

describe('a figure and what it was before', () => {
  it('tells shares in points, numbers in per cent, scores as they are', () => {
    expect(change('queue', 0.751, 0.73, 'share')).toEqual({ text: '↑2.1个百分点', tone: 'good' });
    expect(change('complaints', 110, 100, 'count')).toEqual({ text: '↑10.0%', tone: 'bad' });
    expect(change('bot_score', 3.75, 3.83, 'score')).toEqual({ text: '↓0.08', tone: 'bad' });
  });

  it('judges neither what is only counted nor what has not moved', () => {
    expect(change('conversations', 90, 100, 'count')?.tone).toBe('flat');
    expect(change('queue', 0.75, 0.75004, 'share')).toEqual({ text: '持平', tone: 'flat' });
  });

  it('compares with nothing where there is nothing', () => {
    expect(change('queue', 0.75, null, 'share')).toBeNull();
    expect(change('queue', null, 0.75, 'share')).toBeNull();
    expect(change('complaints', 3, 0, 'count')).toBeNull();
  });

  it('writes each kind as staff read it', () => {
    expect([shown(12345, 'count'), shown(0.625, 'share'), shown(4.3, 'score'), shown(null, 'share')]).toEqual([
      '12,345',
      '62.5%',
      '4.30',
      '—',
    ]);
  });

  it('is read aloud with the days of which nothing is known', () => {
    const days = [{ date: '2026-11-02', queue: 0 }, { date: '2026-11-03', queue: null }];
    expect(spoken(days, 'queue', 'share')).toBe('11月2日0.0%，11月3日没有数据');
  });
});

describe('what the desk sends', () => {
  it('is read leniently', () => {
    const board = readQualityBoard({
      days: [{ date: '2026-11-01', queue: 0.5, offers: null, odd: 'x' }, 'nonsense'],
      parts: { intents: [{ key: 'query_bill', title: '查账单', count: 3 }] },
      sides: { queue: { queue: 3, late: 'x' } },
    });
    expect(board.days).toEqual([{ date: '2026-11-01', queue: 0.5, offers: null, odd: null }]);
    expect(board.parts.intents).toEqual([{ key: 'query_bill', title: '查账单', count: 3, before: 0 }]);
    expect(board.sides).toEqual({ queue: { queue: 3, late: 0 } });
    expect(readQualityBoard(null).figures).toEqual([]);
    expect(readWholeTalk({ messages: [{}, 3] }).messages).toEqual([]);
  });
});
