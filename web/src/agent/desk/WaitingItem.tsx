import type { WaitCard } from '../contract';
import { timer } from '../figures';
import { useSecond } from '../hooks';
import { T, WHY_TITLES } from '../texts';
import { queueTone } from '../waits';
import { useWorkbench } from '../workbench';
import { Tags } from './Tags';

interface Props {
  card: WaitCard;
  fetchedAt: number;
  run(deed: Promise<void>): void;
}

export function WaitingItem({ card, fetchedAt, run }: Props): JSX.Element {
  const { desk, texts } = useWorkbench();
  const waited = card.waited_seconds + Math.max(0, useSecond() - fetchedAt) / 1000;
  const shown = timer(waited * 1000);
  return (
    <article className="waiting" data-testid={`waiting-${card.handover}`}>
      <div className="waiting__row">
        <strong>{card.topic_title || texts.groups[card.group]}</strong>
        <time
          className={`wait wait--${queueTone(waited)}`}
          title={`${T.chats.waited(shown)}，${WHY_TITLES[card.reason] ?? card.reason}`}
        >
          {shown}
        </time>
      </div>
      <div className="waiting__row">
        <span className="waiting__tags">
          <span className="waiting__number">{card.number_mask || T.chats.unnamed}</span>
          <Tags {...card} />
        </span>
        <button
          type="button"
          className="text-button"
          data-testid={`take-${card.handover}`}
          onClick={() => run(desk.takeWaiting(card.handover))}
        >
          {T.chats.take}
        </button>
      </div>
    </article>
  );
}
