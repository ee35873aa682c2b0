import { useEffect, useRef, useState, type ReactNode } from 'react';

const SPARE = 8;

interface Props<Item> {
  items: Item[];
  rowHeight: number;
  label: string;
  keyOf(item: Item): string;
  chosen: string;
  children(item: Item): ReactNode;
}

/** A long list of which only the rows in sight stand in the page. */
export function WindowedList<Item>(props: Props<Item>): JSX.Element {
  const { items, rowHeight, label, keyOf, chosen, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => setSeen({ top: element.scrollTop, height: element.clientHeight });
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      watcher.disconnect();
    };
  }, []);
  const place = items.findIndex((item) => keyOf(item) === chosen);
  useEffect(() => {
    const element = box.current;
    if (!element || place < 0) return;
    const top = place * rowHeight;
    if (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top - element.clientHeight / 2;
  }, [place, rowHeight]);
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - SPARE);
  const last = Math.min(items.length, Math.ceil((seen.top + seen.height) / rowHeight) + SPARE);
  return (
    <div className="windowed" ref={box} role="list" aria-label={label}>
      <div style={{ height: items.length * rowHeight, position: 'relative' }}>
        {items.slice(first, last).map((item, index) => (
          <div
            key={keyOf(item)}
            role="listitem"
            className="windowed__row"
            style={{ top: (first + index) * rowHeight, height: rowHeight }}
          >
            {children(item)}
          </div>
        ))}
      </div>
    </div>
  );
}
