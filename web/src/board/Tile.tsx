import { Tooltip } from 'antd';
import { change, shown } from './change';
import type { Day, Figure } from './contract';
import { B } from './texts';

interface Props {
  figure: Figure;
  days: Day[];
  chosen: boolean;
  onChoose(): void;
  onOpen(): void;
}

/** One figure: its number opens what is behind it, its name shows how it went. */
export function Tile({ figure, days, chosen, onChoose, onOpen }: Props): JSX.Element {
  const { name, title, hint, kind, value, base, before } = figure;
  const moved = change(name, value, before, kind);
  const number = shown(value, kind);
  return (
    <div className={chosen ? 'tile tile--chosen' : 'tile'} data-testid={`tile-${name}`}>
      <Tooltip title={hint} mouseEnterDelay={0.3}>
        <button type="button" className="tile__name" aria-pressed={chosen} aria-label={B.trend(title)} onClick={onChoose}>
          {title}
        </button>
      </Tooltip>
      <button
        type="button"
        className="tile__value"
        disabled={base === 0}
        aria-label={B.open(title, number)}
        data-testid={`open-${name}`}
        onClick={onOpen}
      >
        {number}
      </button>
      <p className="tile__foot">
        {moved ? (
          <span className={`moved moved--${moved.tone}`}>{moved.text}</span>
        ) : (
          <span className="quiet">{B.noBefore}</span>
        )}
        {kind !== 'count' && <span className="quiet">{B.base(base.toLocaleString('en-US'), kind)}</span>}
      </p>
      <Spark values={days.map((day) => Number(day[name] ?? 0))} />
    </div>
  );
}

const HEIGHT = 22;

/** The days as small bars; only a picture of what the plot below tells. */
function Spark({ values }: { values: number[] }): JSX.Element {
  const most = Math.max(...values, Number.MIN_VALUE);
  const width = 100 / Math.max(values.length, 1);
  return (
    <svg className="spark" viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {values.map((value, place) => {
        const height = value <= 0 ? 0 : Math.max(1, (value / most) * HEIGHT);
        return (
          <rect key={place} x={place * width} y={HEIGHT - height} width={width * 0.72} height={height} />
        );
      })}
    </svg>
  );
}
