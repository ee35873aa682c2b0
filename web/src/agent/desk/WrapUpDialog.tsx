import { Alert, Input, Modal, Select, Switch, type RefSelectProps } from 'antd';
import { useRef, useState } from 'react';
import { useDeed, useDesk } from '../hooks';
import { T } from '../texts';
import { isTyping } from '../typing';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  onDone(): void;
}

const RESULTS = ['solved', 'ticket', 'order', 'unsolved', 'left'];

/** 话后小结: made for the keyboard. Reason (typed to find), 1–5 for the result, Ctrl+Enter. */
export function WrapUpDialog({ handover, onDone }: Props): JSX.Element {
  const { desk, keep, texts, tell } = useWorkbench();
  const room = useDesk(desk).rooms[handover];
  const topic = room?.chat?.card.topic_title;
  const reasons = Object.entries(texts.reasons);
  const [reason, setReason] = useState<string | null>(
    () => reasons.find(([, title]) => title === topic)?.[0] ?? null,
  );
  const [result, setResult] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [survey, setSurvey] = useState(true);
  const { busy, run } = useDeed(tell.bad);
  const field = useRef<RefSelectProps>(null);
  const warnings = [
    room?.outbox.length ? T.wrapUp.unsent : '',
    keep.draft(handover).trim() ? T.wrapUp.draft : '',
    room?.proposals.some(({ state }) => state === 'asked') ? T.wrapUp.asked : '',
  ].filter(Boolean);

  const submit = async (): Promise<void> => {
    if (!reason) return tell.bad(T.wrapUp.needReason);
    if (!result) return tell.bad(T.wrapUp.needResult);
    if (await run(() => desk.close(handover, { reason, result, note: note.trim(), survey }))) {
      tell.good(T.wrapUp.done);
      onDone();
    }
  };
  const pressed = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void submit();
    } else if (!isTyping(event.target) && /^[1-5]$/.test(event.key)) {
      setResult(RESULTS[Number(event.key) - 1] ?? null);
    }
  };

  return (
    <Modal
      open
      title={T.wrapUp.title}
      width={460}
      okText={T.wrapUp.submit}
      confirmLoading={busy}
      okButtonProps={{ 'data-testid': 'wrapup-submit' }}
      afterOpenChange={() => field.current?.focus()}
      onOk={() => void submit()}
      onCancel={onDone}
    >
      <div className="wrapup" data-testid="wrapup" onKeyDown={pressed}>
        {warnings.map((warning) => (
          <Alert key={warning} type="warning" showIcon message={warning} />
        ))}
        <div className="field">
          <span id="wrapup-reason">{T.wrapUp.reason}</span>
          <Select
            ref={field}
            showSearch
            optionFilterProp="label"
            aria-labelledby="wrapup-reason"
            data-testid="wrapup-reason"
            placeholder={T.wrapUp.needReason}
            value={reason}
            options={reasons.map(([value, label]) => ({ value, label }))}
            optionRender={({ value, label }) => <span data-testid={`wrapup-reason-${value}`}>{label}</span>}
            onChange={setReason}
          />
        </div>
        <div className="field">
          <span id="wrapup-result">{T.wrapUp.result}</span>
          <div className="wrapup__results" role="radiogroup" aria-labelledby="wrapup-result">
            {RESULTS.map((id, place) => (
              <button
                key={id}
                type="button"
                role="radio"
                aria-checked={result === id}
                className="option option--small"
                data-testid={`wrapup-result-${id}`}
                onClick={() => setResult(id)}
              >
                <kbd>{place + 1}</kbd>
                {texts.results[id] ?? id}
              </button>
            ))}
          </div>
        </div>
        <label className="field">
          <span>{T.wrapUp.note}</span>
          <Input.TextArea
            rows={2}
            maxLength={500}
            placeholder={T.wrapUp.notePlaceholder}
            data-testid="wrapup-note"
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
        <div className="wrapup__foot">
          <label>
            <Switch size="small" checked={survey} data-testid="wrapup-survey" onChange={setSurvey} /> {T.wrapUp.survey}
          </label>
          <span className="quiet">{T.wrapUp.hint}</span>
        </div>
      </div>
    </Modal>
  );
}
