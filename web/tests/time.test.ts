import { describe, expect, it } from 'vitest';
import { clock, fullTime, parseUtc, timeLabel } from '../src/shared/time';

const at = (iso: string): number => parseUtc(iso);
const now = at('2025-11-05T07:00:00Z'); // 15:00 in China

describe('times as Chinese people write them', () => {
  it.each([
    ['2025-11-05T06:05:00Z', '今天 14:05'],
    ['2025-11-04T16:00:00Z', '今天 00:00'],
    ['2025-11-04T15:59:00Z', '昨天 23:59'],
    ['2025-11-04T01:12:00Z', '昨天 09:12'],
    ['2025-11-03T00:00:00Z', '11月3日 08:00'],
    ['2024-12-31T16:30:00Z', '1月1日 00:30'],
    ['2024-12-31T15:30:00Z', '2024年12月31日 23:30'],
  ])('%s is %s', (iso, label) => {
    expect(timeLabel(at(iso), now)).toBe(label);
  });

  it('reads a time without an offset as UTC', () => {
    expect(at('2025-11-05T06:05:00')).toBe(at('2025-11-05T06:05:00Z'));
    expect(at('2025-11-05T14:05:00+08:00')).toBe(at('2025-11-05T06:05:00.000000'));
    expect(at('neither')).toBeNaN();
  });

  it('writes the clock of China whatever the browser says', () => {
    expect(clock(at('2025-11-05T20:30:00Z'))).toBe('04:30');
    expect(fullTime(at('2025-11-03T00:00:00Z'))).toBe('2025年11月3日 星期一 08:00');
  });
});
