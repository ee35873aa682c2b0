/** Times of the desk as Chinese staff read them; empty for none. Pure but for the present. */
import { dateName } from '../agent/figures';
import { parseUtc, timeLabel } from '../shared/time';

/** 今天 14:05 */
export function shortTime(iso: string | null): string {
  const at = iso ? parseUtc(iso) : NaN;
  return Number.isFinite(at) ? timeLabel(at, Date.now()) : '';
}

/** 2026年11月27日 of 2026-11-27 */
export const day = (date: string): string => (date ? dateName(date) : '');

/** 62%, 62.5% */
export const share = (part: number | null): string =>
  part === null ? '—' : `${Math.round(part * 1000) / 10}%`;
