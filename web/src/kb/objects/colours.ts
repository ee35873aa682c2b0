/** Each entity has a colour of its own, the same on every screen. Pure. */
const COLOURS = ['#0a5bb5', '#12805c', '#6a3fb5', '#a86400', '#b0306b', '#0c7d8c', '#7a5c00', '#4a5ea8'];

export function colourOf(entity: string): string {
  let sum = 0;
  for (const letter of entity) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return COLOURS[sum % COLOURS.length] ?? '#0a5bb5';
}
