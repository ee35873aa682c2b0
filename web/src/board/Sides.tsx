import type { QualityBoard } from './contract';
import { B } from './texts';

interface Props {
  board: QualityBoard;
  onOpen(figure: string): void;
}

/** What the shares are made of: both sides, each opening its conversations. */
export function Sides({ board, onOpen }: Props): JSX.Element {
  return (
    <section className="panel">
      <h2>{B.sides}</h2>
      <dl className="sides">
        {Object.entries(board.sides).map(([share, sides]) => (
          <div key={share}>
            <dt>{board.figures.find(({ name }) => name === share)?.title}</dt>
            <dd>
              {Object.entries(sides).map(([figure, count]) => (
                <button
                  key={figure}
                  type="button"
                  disabled={count === 0}
                  data-testid={`side-${figure}`}
                  onClick={() => onOpen(figure)}
                >
                  <span>{board.lists[figure]}</span>
                  <b>{count.toLocaleString('en-US')}</b>
                </button>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
