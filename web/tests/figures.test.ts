import { describe, expect, it } from 'vitest';
import { dayFrom, shortDay, weekOf } from '../src/agent/days';
import { ageName, dateName, monthName, percent, span, tenure, timer, volume, yuan } from '../src/agent/figures';
import { byOffer } from '../src/agent/supervisor/offerTotals';

describe('figures as Chinese staff write them', () => {
  it('writes money from fen', () => {
    expect([0, 5, 12_350, -123_456, 100_000_000].map((fen) => yuan(fen))).toEqual([
      '¥0.00',
      '¥0.05',
      '¥123.50',
      '-¥1,234.56',
      '¥1,000,000.00',
    ]);
    expect([12_900, 12_950, null].map((fen) => yuan(fen, true))).toEqual(['¥129', '¥129.50', '—']);
  });

  it('writes running timers and spans', () => {
    expect([-5, 42_900, 725_000, 3_729_000, NaN].map(timer)).toEqual(['0:00', '0:42', '12:05', '1:02:09', '']);
    expect([null, 48, 60, 200, 3_600, 3_900].map(span)).toEqual(['—', '48秒', '1分', '3分20秒', '1小时', '1小时5分']);
  });

  it('writes shares, volumes, months and days', () => {
    expect([percent(0.624), percent(0.624, 1), percent(null)]).toEqual(['62%', '62.4%', '—']);
    expect([volume('data', 760), volume('data', 15_770), volume('voice', 820), volume('sms', 3)]).toEqual([
      '760MB',
      '15.4GB',
      '820分钟',
      '3条',
    ]);
    expect(['0-17', '30-44', '60+', '青年'].map(ageName)).toEqual(['18岁以下', '30–44岁', '60岁以上', '青年']);
    expect([tenure(8), tenure(36), tenure(38), tenure(null)]).toEqual(['8个月', '3年', '3年2个月', '—']);
    expect([monthName('2026-03'), dateName('2027-03-31'), dateName(null)]).toEqual(['3月', '2027年3月31日', '—']);
  });
});

describe('days of China', () => {
  // 01:30 on Friday in China, still Thursday in UTC.
  const now = Date.parse('2026-11-26T17:30:00Z');

  it('are those of the Chinese calendar', () => {
    expect([dayFrom(now), dayFrom(now, -29), shortDay('2026-11-27')]).toEqual(['2026-11-27', '2026-10-29', '11月27日']);
  });

  it('make weeks from Monday', () => {
    expect(weekOf(now)).toEqual([23, 24, 25, 26, 27, 28, 29].map((day) => `2026-11-${day}`));
    expect(weekOf(now, 1)[0]).toBe('2026-11-30');
    expect(weekOf(Date.parse('2026-11-22T16:00:00Z'))[0]).toBe('2026-11-23');
    expect(weekOf(Date.parse('2026-11-29T15:59:00Z'))[0]).toBe('2026-11-23');
  });
});

it('adds up what became of each offer', () => {
  const row = { segment: '', staff: '', month: '', offered: 0, rate: 0, low: 0, high: 0, cost: 0 };
  const rows = [
    { ...row, offer: 'a', title: '甲', accepted: 1, declined: 3 },
    { ...row, offer: 'b', title: '乙', accepted: 0, declined: 0 },
    { ...row, offer: 'a', title: '甲', accepted: 2, declined: 0 },
  ];
  expect(byOffer(rows)).toEqual([
    { offer: 'a', title: '甲', accepted: 3, asked: 6, rate: 0.5 },
    { offer: 'b', title: '乙', accepted: 0, asked: 0, rate: 0 },
  ]);
});
