import { Image } from 'antd';
import { memo } from 'react';
import { isPicture, type InfoCard } from '../../shared/contract';
import { clock, fullTime, parseUtc } from '../../shared/time';
import { pictureUrl } from '../api';
import type { StaffMessage } from '../contract';
import { T } from '../texts';

export function Moment({ at }: { at: string }): JSX.Element | null {
  const ms = parseUtc(at);
  if (!Number.isFinite(ms)) return null;
  return (
    <time dateTime={at} title={fullTime(ms)}>
      {clock(ms)}
    </time>
  );
}

function Info({ card }: { card: InfoCard }): JSX.Element {
  return (
    <div className="info" data-testid="card" data-kind={card.kind}>
      <p className="info__head">
        <strong>{card.title}</strong>
        {card.amount && <b>{card.amount}</b>}
      </p>
      {card.rows.length > 0 && (
        <dl>
          {card.rows.map((row, place) => (
            <div key={place}>
              <dt>{row.label}</dt>
              <dd>
                {row.value}
                {row.note && <small>{row.note}</small>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {card.note && <p className="info__note">{card.note}</p>}
    </div>
  );
}

interface Props {
  message: StaffMessage;
  handover: string;
}

export const MessageLine = memo(function MessageLine({ message, handover }: Props) {
  const { seq, role, text, card, choices, at, staff } = message;
  const marks = { 'data-testid': 'message', 'data-role': role, 'data-seq': seq };
  const offered =
    choices.length > 0 ? (
      <p className="line__choices" aria-label={T.line.choices}>
        {choices.map((choice) => (
          <span key={choice.id}>{choice.title}</span>
        ))}
      </p>
    ) : null;
  if (role === 'system') {
    return (
      <div className="line line--system" {...marks}>
        <p>
          {text} <Moment at={at} />
        </p>
        {offered}
      </div>
    );
  }
  return (
    <div className={`line line--${role}`} {...marks}>
      <p className="line__who">
        {role === 'agent' ? (staff ?? T.line.agent) : T.line[role]} <Moment at={at} />
      </p>
      {text && (
        <p className="bubble" data-testid="message-text">
          {text}
        </p>
      )}
      {card && isPicture(card) && (
        <div className="line__picture" data-testid="card" data-kind="picture">
          <Image src={pictureUrl(handover, card.url)} alt={T.line.picture} width={180} />
        </div>
      )}
      {card && !isPicture(card) && <Info card={card} />}
      {offered}
    </div>
  );
});
