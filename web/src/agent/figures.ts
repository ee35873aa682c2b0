/** Money, spans of time and shares as Chinese staff write them. Pure. */

/** ¥1,234.50; fen in. Whole yuan lose their 00 when asked to be short. */
export function yuan(fen: number | null, short = false): string {
  if (fen === null) return '—';
  const sign = fen < 0 ? '-' : '';
  const size = Math.abs(Math.round(fen));
  const whole = Math.floor(size / 100).toLocaleString('en-US');
  const rest = size % 100;
  return short && rest === 0 ? `${sign}¥${whole}` : `${sign}¥${whole}.${String(rest).padStart(2, '0')}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A running timer: 0:42, 12:05, 1:02:09. Never below zero; nothing when nobody knows since when. */
export function timer(ms: number): string {
  if (!Number.isFinite(ms)) return '';
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A mean or a target: 48秒, 3分20秒, 1小时5分. */
export function span(seconds: number | null): string {
  if (seconds === null) return '—';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}秒`;
  if (whole < 3600) return `${Math.floor(whole / 60)}分${whole % 60 ? `${whole % 60}秒` : ''}`;
  const minutes = Math.floor((whole % 3600) / 60);
  return `${Math.floor(whole / 3600)}小时${minutes ? `${minutes}分` : ''}`;
}

/** How long somebody has been a customer: 8个月, 3年, 3年2个月. */
export function tenure(months: number | null): string {
  if (months === null) return '—';
  if (months < 12) return `${months}个月`;
  const rest = months % 12;
  return `${Math.floor(months / 12)}年${rest ? `${rest}个月` : ''}`;
}

/** An age band: 30-44 as 30–44岁, 0-17 as 18岁以下, 60+ as 60岁以上; words stay as they are. */
export function ageName(band: string): string {
  const found = /^(\d+)(?:-(\d+)|\+)$/.exec(band);
  if (!found) return band;
  if (!found[2]) return `${found[1]}岁以上`;
  return found[1] === '0' ? `${Number(found[2]) + 1}岁以下` : `${found[1]}–${found[2]}岁`;
}

/** 62%, 62.5% */
export const percent = (share: number | null, digits = 0): string =>
  share === null ? '—' : `${(share * 100).toFixed(digits)}%`;

/** What is left of an allowance: MB (as GB when large), minutes, messages. */
export function volume(kind: string, amount: number): string {
  const round = (value: number): string => String(Math.round(value * 10) / 10);
  if (kind === 'data') return amount >= 1024 ? `${round(amount / 1024)}GB` : `${round(amount)}MB`;
  if (kind === 'voice') return `${Math.round(amount)}分钟`;
  if (kind === 'sms') return `${Math.round(amount)}条`;
  return round(amount);
}

/** 2026-03 as 3月, 2026-03-31 as 2026年3月31日; what is no date stays as it is. */
export const monthName = (month: string): string =>
  /^\d{4}-\d{2}$/.test(month) ? `${Number(month.slice(5))}月` : month;

export function dateName(date: string | null): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(date ?? '');
  return found ? `${found[1]}年${Number(found[2])}月${Number(found[3])}日` : (date ?? '—');
}
