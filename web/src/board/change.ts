/** How a figure stands to what it was before. Pure. */
import { shortDay } from '../agent/days';
import { percent } from '../agent/figures';
import { numberOrNull } from '../shared/read';
import type { Day, Kind } from './contract';
import { B } from './texts';

/** Figures of which more is better; of those below less is. What is in neither is only counted. */
const MORE = new Set(['resolved', 'bot_score', 'agent_score', 'first_contact', 'queue', 'tickets', 'offers']);
const LESS = new Set(['handovers', 'complaints', 'repeats']);

export interface Change {
  text: string;
  tone: 'good' | 'bad' | 'flat';
}

/** 12,345; 62.5%; 4.31 */
export function shown(value: number | null, kind: Kind): string {
  if (value === null) return '—';
  if (kind === 'share') return percent(value, 1);
  return kind === 'score' ? value.toFixed(2) : Math.round(value).toLocaleString('en-US');
}

/** A figure day by day, for those who listen. */
export const spoken = (days: Day[], name: string, kind: Kind): string =>
  days
    .map((day) => {
      const value = numberOrNull(day[name]);
      return shortDay(day.date) + (value === null ? B.noData : shown(value, kind));
    })
    .join('，');

/** ↑2.1个百分点, ↓12%, ↑0.08; null where there is nothing to compare with. */
export function change(name: string, value: number | null, before: number | null, kind: Kind): Change | null {
  if (value === null || before === null || (kind === 'count' && before === 0)) return null;
  const by = kind === 'count' ? value / before - 1 : value - before;
  const size = Math.abs(by);
  const digits = kind === 'score' ? size.toFixed(2) : (size * 100).toFixed(1);
  if (Number(digits) === 0) return { text: B.flat, tone: 'flat' };
  const unit = kind === 'score' ? '' : kind === 'share' ? B.points : '%';
  const better = MORE.has(name) ? by > 0 : by < 0;
  const tone = MORE.has(name) || LESS.has(name) ? (better ? 'good' : 'bad') : 'flat';
  return { text: `${by > 0 ? '↑' : '↓'}${digits}${unit}`, tone };
}
