import type { ConversationState } from '../conversation';
import { HOTLINE, T } from '../texts';
import { BotFace, HeadsetIcon, PersonFace } from './icons';
import { MoreMenu } from './MoreMenu';
import { StatusLine } from './StatusLine';

interface Props {
  title: string;
  state: ConversationState;
  large: boolean;
  onLarge(large: boolean): void;
  onHuman(): void;
  onNew(): void;
  onEnd(): void;
}

const HUMAN_LABEL = { bot: T.human, queued: T.humanQueued, human: T.humanServing } as const;

export function Header({ title, state, large, onLarge, onHuman, onNew, onEnd }: Props): JSX.Element {
  const { phase, mode, outbox } = state;
  const asked = outbox.some((item) => item.text === T.humanText && item.state !== 'failed');
  const open = phase === 'ready' || phase === 'starting';
  return (
    <header className="header">
      <span className="header__face">{mode === 'human' ? <PersonFace /> : <BotFace />}</span>
      <div className="header__name">
        <h1>
          {title}
          <span className="header__hotline">
            <span className="header__dot"> · </span>
            {HOTLINE}
          </span>
        </h1>
        <StatusLine state={state} />
      </div>
      <div className="header__actions">
        <button
          type="button"
          className="pill"
          data-testid="human-button"
          disabled={!open || mode !== 'bot' || asked}
          onClick={onHuman}
        >
          <HeadsetIcon />
          {HUMAN_LABEL[mode]}
        </button>
        <button
          type="button"
          className="ghost ghost--text"
          aria-pressed={large}
          data-testid="large-button"
          onClick={() => onLarge(!large)}
        >
          {large ? T.normal : T.large}
        </button>
        <MoreMenu canEnd={phase === 'ready'} onNew={onNew} onEnd={onEnd} />
      </div>
    </header>
  );
}
