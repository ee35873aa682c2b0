import { useState } from 'react';
import type { Summary } from '../contract';
import { T } from '../texts';

interface Props {
  summary: Summary;
  /** How many lines the bot's part has. */
  lines: number;
  unfold: boolean;
  onUnfold(): void;
  /** Shown in full at first: nobody has answered the customer yet. */
  fresh: boolean;
}

/** The bot's part in a few words, so that nobody has to ask again. It stays in sight above the transcript. */
export function SummaryCard({ summary, lines, unfold, onUnfold, fresh }: Props): JSX.Element {
  const [open, setOpen] = useState(fresh);
  const { wanted, why, tried, fields, mood, escalation, waiting, settled } = summary;
  return (
    <section className="summary" aria-label={T.summary.title} data-testid="summary">
      <header>
        <h3>{T.summary.title}</h3>
        {!open && <span className="summary__brief">{wanted || T.summary.nothing}</span>}
        <span className={`mood mood--${mood}`}>
          {T.summary.mood}：{T.summary.moods[mood]}
        </span>
        {escalation && (
          <span className="tag tag--red" data-testid="escalation" title={escalation}>
            {T.summary.escalation}
            {open && `：${escalation}`}
          </span>
        )}
        <span className="summary__end">
        {lines > 0 && (
          <button
            type="button"
            className="text-button"
            aria-expanded={unfold}
            data-testid="unfold-bot"
            onClick={onUnfold}
          >
            {unfold ? T.summary.fold : T.summary.unfold(lines)}
          </button>
        )}
        <button
          type="button"
          className="text-button"
          aria-expanded={open}
          data-testid="summary-toggle"
          onClick={() => setOpen(!open)}
        >
          {open ? T.summary.less : T.summary.more}
        </button>
        </span>
      </header>
      {open && <dl>
        <div>
          <dt>{T.summary.wanted}</dt>
          <dd className="summary__wanted">{wanted || T.summary.nothing}</dd>
        </div>
        <div>
          <dt>{T.summary.why}</dt>
          <dd>{why || T.summary.nothing}</dd>
        </div>
        {tried.length > 0 && (
          <div>
            <dt>{T.summary.tried}</dt>
            <dd>{tried.join('；')}</dd>
          </div>
        )}
        {fields.length > 0 && (
          <div>
            <dt>{T.summary.fields}</dt>
            <dd className="summary__fields">
              {fields.map((field) => (
                <span key={field.label}>
                  <i>{field.label}</i>
                  {field.value}
                </span>
              ))}
            </dd>
          </div>
        )}
        {waiting.length > 0 && (
          <div>
            <dt>{T.summary.waiting}</dt>
            <dd>{waiting.join('；')}</dd>
          </div>
        )}
        {settled && (
          <div>
            <dt>{T.summary.settled}</dt>
            <dd>{settled}</dd>
          </div>
        )}
      </dl>}
    </section>
  );
}
