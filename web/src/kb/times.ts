/** Times of the desk as Chinese staff read them; empty for none. Pure but for the present. */
import { parseUtc, timeLabel } from '../shared/time';

/** 今天 14:05 */
export function shortTime(iso: string | null): string {
  const at = iso ? parseUtc(iso) : NaN;
  return Number.isFinite(at) ? timeLabel(at, Date.now()) : '';
}

/** 62%, 62.5% */
export const share = (part: number | null): string =>
  part === null ? '—' : `${Math.round(part * 1000) / 10}%`;
