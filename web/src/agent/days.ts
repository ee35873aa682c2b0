/** Calendar days of China as YYYY-MM-DD. Pure. */
import { dayNumber } from '../shared/time';

const DAY_MS = 86_400_000;

const dayName = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);

/** Today, or so many days later. */
export const dayFrom = (now: number, days = 0): string => dayName(dayNumber(now) + days);

/** The seven days from Monday of the week of a time, moved by whole weeks. */
export function weekOf(now: number, weeks = 0): string[] {
  const today = dayNumber(now);
  // 1970-01-01 was a Thursday.
  const monday = today - ((((today + 3) % 7) + 7) % 7) + weeks * 7;
  return Array.from({ length: 7 }, (_, place) => dayName(monday + place));
}

/** 11月26日 */
export const shortDay = (day: string): string => `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`;
