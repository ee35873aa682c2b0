import { memo } from 'react';
import type { PageTexts } from '../../shared/contract';
import { T } from '../texts';
import { Avatar } from './Avatar';

interface Props {
  greeting: string;
  quick: PageTexts['quick'];
  onSay(text: string): void;
}

/** The page's own greeting, and things to ask while nothing has been said. */
export const Welcome = memo(function Welcome({ greeting, quick, onSay }: Props) {
  return (
    <div className="row row--bot row--opens row--card" data-testid="greeting">
      <Avatar role="bot" />
      <div className="row__body">
        <p className="bubble">{greeting}</p>
        {quick.length > 0 && (
          <section className="asks" aria-label={T.composer.quick}>
            <h2>{T.welcome}</h2>
            {quick.map(({ title, text }) => (
              <button key={title} type="button" className="ask" onClick={() => onSay(text)}>
                <strong>{title}</strong>
                <span>{text}</span>
              </button>
            ))}
          </section>
        )}
      </div>
    </div>
  );
});
