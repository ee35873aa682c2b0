import { Button } from 'antd';
import type { ChatCard } from '../contract';
import { useSecond } from '../hooks';
import { T } from '../texts';
import { acceptSeconds } from '../waits';
import { useWorkbench } from '../workbench';
import { Tags } from './Tags';

interface Props {
  card: ChatCard;
  /** The one that Alt+A takes. */
  first: boolean;
  run(deed: Promise<void>): void;
}

const HURRY_S = 10;

export function OfferedItem({ card, first, run }: Props): JSX.Element {
  const { desk, texts } = useWorkbench();
  const now = useSecond();
  const left = acceptSeconds(card, now);
  const hurry = left !== null && left <= HURRY_S;
  return (
    <article className={hurry ? 'offered offered--hurry' : 'offered'} data-testid={`offered-${card.handover}`}>
      <header>
        <strong>{card.topic_title || texts.groups[card.group] || T.chats.offered}</strong>
        {left !== null && <b role="timer">{left > 0 ? T.chats.seconds(left) : T.chats.expired}</b>}
      </header>
      <p className="offered__who">
        <span>{card.name_mask || card.number_mask || T.chats.unnamed}</span>
        <Tags {...card} />
        {card.transferred_from && <span className="tag tag--blue">{T.chats.from(card.transferred_from)}</span>}
      </p>
      {card.last?.text && <p className="offered__last">{card.last.text}</p>}
      <footer>
        <Button
          type="primary"
          size="small"
          data-testid={`accept-${card.handover}`}
          title={first ? 'Alt+A' : undefined}
          onClick={() => run(desk.accept(card.handover))}
        >
          {T.chats.accept}
          {first && <kbd>Alt+A</kbd>}
        </Button>
        <Button
          size="small"
          data-testid={`decline-${card.handover}`}
          onClick={() => run(desk.decline(card.handover))}
        >
          {T.chats.decline}
        </Button>
      </footer>
    </article>
  );
}
