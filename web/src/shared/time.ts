/** Times as Chinese people write them, always China Standard Time (UTC+8, no summer time). */

const CST_OFFSET_MS = 8 * 3600_000;
const DAY_MS = 86_400_000;
const WEEKDAYS = ['日', '一', '二', '三', '四', '五', '六'];

const two = (value: number): string => String(value).padStart(2, '0');

/** Milliseconds of an ISO time; one without an offset is UTC. NaN when it is no time. */
export function parseUtc(iso: string): number {
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`);
}

/** Orders two ISO times, whatever precision each is written with; as text 01.5Z would stand before 01Z. */
export const byTime = (a: string, b: string): number => parseUtc(a) - parseUtc(b) || 0;

/** A Date whose UTC fields are the fields of a Chinese wall clock. */
const wallClock = (ms: number): Date => new Date(ms + CST_OFFSET_MS);

/** Number of the Chinese calendar day; equal for two times of one day. */
export const dayNumber = (ms: number): number => Math.floor((ms + CST_OFFSET_MS) / DAY_MS);

/** 14:05 */
export function clock(ms: number): string {
  const at = wallClock(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** 今天, 昨天, 11月3日, or 2023年11月3日 for another year. */
export function dayLabel(ms: number, now: number): string {
  const days = dayNumber(now) - dayNumber(ms);
  if (days === 0) return '今天';
  if (days === 1) return '昨天';
  const at = wallClock(ms);
  const date = `${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
  return at.getUTCFullYear() === wallClock(now).getUTCFullYear()
    ? date
    : `${at.getUTCFullYear()}年${date}`;
}

/** 今天 14:05, 昨天 09:12, 11月3日 08:00 */
export const timeLabel = (ms: number, now: number): string => `${dayLabel(ms, now)} ${clock(ms)}`;

/** 2025年11月3日 星期一 08:00, for titles and screen readers. */
export function fullTime(ms: number): string {
  const at = wallClock(ms);
  const date = `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
  return `${date} 星期${WEEKDAYS[at.getUTCDay()] ?? ''} ${clock(ms)}`;
}
