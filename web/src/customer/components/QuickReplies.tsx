import { memo } from 'react';
import type { PageTexts } from '../../shared/contract';
import { T } from '../texts';

interface Props {
  quick: PageTexts['quick'];
  onSay(text: string): void;
}

export const QuickReplies = memo(function QuickReplies({ quick, onSay }: Props) {
  if (quick.length === 0) return null;
  return (
    <div className="quick" role="group" aria-label={T.composer.quick} data-testid="quick-replies">
      {quick.map(({ title, text }) => (
        <button key={title} type="button" className="chip" onClick={() => onSay(text)}>
          {title}
        </button>
      ))}
    </div>
  );
});
