import { useId } from 'react';
import type { CardRow, InfoCard } from '../../shared/contract';
import { splitAmount } from '../amount';

function Row({ row }: { row: CardRow }): JSX.Element {
  return (
    <div className={row.ratio === null ? 'card__row' : 'card__row card__row--bar'}>
      <dt>{row.label}</dt>
      <dd>{row.value}</dd>
      {row.ratio !== null && (
        <dd className="card__bar">
          <progress max={1} value={row.ratio} aria-label={`${row.label} ${row.value}`} />
        </dd>
      )}
      {row.note && <dd className="card__row-note">{row.note}</dd>}
    </div>
  );
}

/** Bill, balance, usage, package, points, recharges, and whatever card comes later. */
export function InfoCardView({ card }: { card: InfoCard }): JSX.Element {
  const id = useId();
  return (
    <section className={`card card--${card.kind}`} data-testid="card" data-kind={card.kind} aria-labelledby={id}>
      <header className="card__head">
        <h3 id={id}>{card.title}</h3>
        {card.amount !== null && (
          <p className="card__amount" data-testid="card-amount">
            {splitAmount(card.amount).map((part, index) =>
              part.big ? <strong key={index}>{part.text}</strong> : <span key={index}>{part.text}</span>,
            )}
          </p>
        )}
      </header>
      {card.rows.length > 0 && (
        <dl className="card__rows">
          {card.rows.map((row, index) => (
            <Row key={index} row={row} />
          ))}
        </dl>
      )}
      {card.note && <p className="card__note">{card.note}</p>}
    </section>
  );
}
