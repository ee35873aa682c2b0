import { Alert, Button, Drawer, Input, InputNumber, Skeleton } from 'antd';
import { useState } from 'react';
import { parseUtc, timeLabel } from '../../shared/time';
import { Trouble } from '../components/Trouble';
import type { QualityForm } from '../contractSupervisor';
import { Transcript } from '../desk/Transcript';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  onDone(scored: boolean): void;
}

/** The conversation beside the form that it is measured by. */
export function ReviewDrawer({ handover, onDone }: Props): JSX.Element {
  const { supervisor } = useWorkbench();
  const { value, error, reload } = useLoaded(
    () => Promise.all([supervisor.reviewed(handover), supervisor.qualityForm()]),
    `review-${handover}`,
  );
  const [reviewed, form] = value ?? [];
  return (
    <Drawer
      open
      width={980}
      title={`${T.quality.review} · ${reviewed?.chat.card.topic_title ?? ''}`}
      onClose={() => onDone(false)}
    >
      {error && <Trouble title={T.quality.review} error={error} onRetry={reload} />}
      {!value && !error && <Skeleton active paragraph={{ rows: 10 }} />}
      {reviewed && form && (
        <div className="review" data-testid="review">
          <div className="review__chat">
            <Transcript handover={handover} chat={reviewed.chat} />
          </div>
          <div className="review__form">
            {reviewed.scores.length > 0 && (
              <section className="section">
                <h3>{T.quality.earlier}</h3>
                <ul className="rows">
                  {reviewed.scores.map((score) => (
                    <li key={score.at}>
                      <span>{score.by}</span>
                      <b>{T.chat.score(score.total)}</b>
                      <small>
                        {timeLabel(parseUtc(score.at), Date.now())} {score.note}
                      </small>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <Form form={form} handover={handover} before={reviewed.scores[0]?.answers ?? {}} onDone={() => onDone(true)} />
          </div>
        </div>
      )}
    </Drawer>
  );
}

interface FormProps {
  form: QualityForm;
  handover: string;
  /** The answers of the score that it has; a new one replaces it. */
  before: Record<string, number>;
  onDone(): void;
}

function Form({ form, handover, before, onDone }: FormProps): JSX.Element {
  const { supervisor, tell } = useWorkbench();
  const [answers, setAnswers] = useState<Record<string, number>>(() =>
    Object.fromEntries(form.items.map(({ id, points }) => [id, before[id] ?? points])),
  );
  const [note, setNote] = useState('');
  const { busy, run } = useDeed(tell.bad);
  const most = form.items.reduce((sum, { points }) => sum + points, 0);
  const fatal = form.items.some((item) => item.fatal && answers[item.id] === 0);
  const total = fatal ? 0 : form.items.reduce((sum, { id }) => sum + (answers[id] ?? 0), 0);
  const submit = (): void => {
    void run(async () => {
      tell.good(T.quality.done(await supervisor.review(handover, answers, note.trim())));
      onDone();
    });
  };
  return (
    <div className="form">
      {form.items.map((item) => (
        <label key={item.id} className="score">
          <span>
            <strong>{item.title}</strong>
            {item.fatal && <span className="tag tag--red">{T.quality.fatal}</span>}
            <small>{item.help}</small>
          </span>
          <InputNumber
            min={0}
            max={item.points}
            precision={0}
            addonAfter={T.quality.of(item.points)}
            data-testid={`score-${item.id}`}
            value={answers[item.id] ?? 0}
            onChange={(points) => setAnswers({ ...answers, [item.id]: points ?? 0 })}
          />
        </label>
      ))}
      {fatal && <Alert type="error" showIcon message={T.quality.fatalWarn} />}
      <p className="score__total">
        {T.quality.total}
        <strong>{total}</strong>
        {T.quality.of(most)}
      </p>
      <Input.TextArea
        rows={3}
        maxLength={500}
        aria-label={T.quality.note}
        placeholder={T.quality.notePlaceholder}
        data-testid="review-note"
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button block type="primary" loading={busy} data-testid="review-submit" onClick={submit}>
        {T.quality.submit}
      </Button>
    </div>
  );
}
