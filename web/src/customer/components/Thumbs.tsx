import { useState } from 'react';
import { T } from '../texts';

interface Props {
  /** Tells the desk; false when it did not get through. */
  onRate(good: boolean): Promise<boolean>;
  onHuman(): void;
}

/** Whether the bot's last answer was of use: small, and gone with the next message. */
export function Thumbs({ onRate, onHuman }: Props): JSX.Element {
  const [rated, setRated] = useState<boolean | null>(null);
  const rate = async (good: boolean): Promise<void> => {
    setRated(good);
    // One that got lost can be pressed again.
    if (!(await onRate(good))) setRated(null);
  };
  return (
    <div className="thumbs" role="group" aria-label={T.thumbs.label} data-testid="thumbs">
      {rated === null && (
        <>
          <button type="button" data-testid="thumb-up" onClick={() => void rate(true)}>
            {T.thumbs.good}
          </button>
          <button type="button" data-testid="thumb-down" onClick={() => void rate(false)}>
            {T.thumbs.bad}
          </button>
        </>
      )}
      <span role="status">{rated === null ? '' : rated ? T.thumbs.thanks : T.thumbs.sorry}</span>
      {rated === false && (
        <button type="button" className="thumbs__human" data-testid="thumb-human" onClick={onHuman}>
          {T.human}
        </button>
      )}
    </div>
  );
}
