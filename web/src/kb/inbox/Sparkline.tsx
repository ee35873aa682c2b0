import { K } from '../texts';

const WIDTH = 84;
const HEIGHT = 24;
const GAP = 1.5;

/** How often on each of the last 14 days, oldest first, as small bars; today's is darker. */
export function Sparkline({ days }: { days: number[] }): JSX.Element {
  const most = Math.max(1, ...days);
  const step = WIDTH / Math.max(1, days.length);
  const label = K.inbox.daysLabel(days.join('、'));
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <title>{label}</title>
      {days.map((times, place) => {
        const height = times ? Math.max(2, (times / most) * (HEIGHT - 2)) : 1;
        return (
          <rect
            key={place}
            x={place * step}
            y={HEIGHT - height}
            width={step - GAP}
            height={height}
            rx={1}
            className={times ? (place === days.length - 1 ? 'spark__today' : 'spark__day') : 'spark__none'}
          />
        );
      })}
    </svg>
  );
}
