import { memo } from 'react';
import { isPicture, type Choice, type Message } from '../../shared/contract';
import { clock, fullTime, parseUtc } from '../../shared/time';
import { T } from '../texts';
import { Avatar } from './Avatar';
import { Choices } from './Choices';
import { InfoCardView } from './InfoCardView';
import { LinkedText } from './LinkedText';
import { PictureView } from './PictureView';

interface Props {
  message: Message;
  opensRun: boolean;
  /** Its choices can still be pressed. */
  open: boolean;
  token: string | null;
  onChoice(seq: number, choice: Choice): void;
}

function Moment({ at }: { at: string }): JSX.Element | null {
  const ms = parseUtc(at);
  if (!Number.isFinite(ms)) return null;
  return (
    <time dateTime={new Date(ms).toISOString()} title={fullTime(ms)}>
      {clock(ms)}
    </time>
  );
}

export const MessageRow = memo(function MessageRow(props: Props) {
  const { message, opensRun, open, token, onChoice } = props;
  const { seq, role, text, card, choices } = message;
  const marks = { 'data-testid': 'message', 'data-role': role, 'data-seq': seq };
  const chosen =
    choices.length > 0 ? (
      <Choices choices={choices} open={open} onChoose={(choice) => onChoice(seq, choice)} />
    ) : null;

  if (role === 'system') {
    return (
      <div className="row row--system" {...marks}>
        {text && (
          <p className="note" data-testid="message-text">
            <LinkedText text={text} />
          </p>
        )}
        {chosen}
      </div>
    );
  }
  return (
    <div className={`row row--${role}${opensRun ? ' row--opens' : ''}${card ? ' row--card' : ''}`} {...marks}>
      {role !== 'customer' && <Avatar role={role} />}
      <div className="row__body">
        <p className={opensRun && role !== 'customer' ? 'row__sender' : 'hidden'}>
          {T.sender[role]} <Moment at={message.at} />
        </p>
        {text && (
          <p className="bubble" data-testid="message-text">
            {role === 'customer' ? text : <LinkedText text={text} />}
          </p>
        )}
        {card && isPicture(card) && (
          <PictureView url={card.url} clientId={message.client_id} role={role} token={token} />
        )}
        {card && !isPicture(card) && <InfoCardView card={card} />}
        {chosen}
      </div>
    </div>
  );
});
