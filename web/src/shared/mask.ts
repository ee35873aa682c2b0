/** 189****5678; other numbers keep at most three digits in front and four behind. */
export function maskNumber(number: string): string {
  if (number.length >= 11) return `${number.slice(0, 3)}****${number.slice(-4)}`;
  if (number.length >= 6) return `${number.slice(0, 2)}****${number.slice(-2)}`;
  return '*'.repeat(number.length);
}
