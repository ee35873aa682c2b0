/** An amount as the desk writes it, cut so that its figures can be set large: 128.50 and 元. Pure. */
export interface AmountPart {
  text: string;
  big: boolean;
}

export function splitAmount(amount: string): AmountPart[] {
  const figures = /[-+−]?\d[\d,]*(?:\.\d+)?/.exec(amount);
  if (!figures) return [{ text: amount, big: true }];
  const end = figures.index + figures[0].length;
  return [
    { text: amount.slice(0, figures.index), big: false },
    { text: figures[0], big: true },
    { text: amount.slice(end), big: false },
  ].filter((part) => part.text !== '');
}
