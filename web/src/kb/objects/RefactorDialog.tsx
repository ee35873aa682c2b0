import { Alert, Button, Checkbox, Input, Modal, Segmented, type InputRef } from 'antd';
import { useState } from 'react';
import { useDeed, useFirstField } from '../../agent/hooks';
import type { Refactoring } from '../api';
import { useKb } from '../context';
import type { Impact } from '../contract';
import { readMarkup } from '../markup';
import { IntentSelect } from '../parts/IntentSelect';
import { K } from '../texts';
import { goodName } from '../values';
import { Field } from './Field';

type Action = Refactoring['action'];
const ACTIONS: Action[] = ['rename', 'merge', 'split', 'delete'];

interface Props {
  intent: string;
  title: string;
  examples: string[];
  onClose(): void;
  /** With the intent that is to be shown next. */
  onDone(next: string | null): void;
}

/** Renaming, merging, splitting, deleting: first what it touches, then into the draft. */
export function RefactorDialog({ intent, title, examples, onClose, onDone }: Props): JSX.Element {
  const kb = useKb();
  const [action, setAction] = useState<Action>('rename');
  const [to, setTo] = useState('');
  const [sentences, setSentences] = useState<string[]>([]);
  const [found, setFound] = useState<{ impact: Impact[]; changes: number } | null>(null);
  const { busy, run } = useDeed(kb.tell.bad);
  const { first, opened } = useFirstField<InputRef>();
  const fresh = action === 'rename' || action === 'split';
  const ready = fresh
    ? goodName(to) && !kb.intents.some(({ key }) => key === to) && (action === 'rename' || sentences.length > 0)
    : action === 'delete' || to !== '';
  const what: Refactoring = {
    action,
    intent,
    ...(to ? { to } : {}),
    ...(action === 'split' ? { sentences } : {}),
  };
  const change = (deed: () => void): void => {
    setFound(null);
    deed();
  };
  const ask = (): void =>
    void run(async () => {
      const draft = await kb.needDraft();
      if (!draft) return;
      const { impact, changes } = await kb.api.refactor(draft, what, true);
      setFound({ impact, changes: changes.length });
    });
  const apply = (): void =>
    void run(async () => {
      await kb.api.refactor(kb.draftId, what, false);
      kb.tell.good(K.refactor.done);
      kb.refreshDraft();
      kb.refreshIntents();
      onDone(action === 'rename' ? to : null);
    });
  const blocked = found?.impact.some(({ blocking }) => blocking) ?? false;
  return (
    <Modal
      open
      width={640}
      title={K.refactor.title(title)}
      afterOpenChange={opened}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {K.cancel}
        </Button>,
        found ? (
          <Button
            key="run"
            type="primary"
            danger={action === 'delete'}
            disabled={blocked}
            loading={busy}
            data-testid="refactor-run"
            onClick={apply}
          >
            {K.refactor.run}
          </Button>
        ) : (
          <Button key="ask" type="primary" disabled={!ready} loading={busy} data-testid="refactor-ask" onClick={ask}>
            {K.refactor.ask}
          </Button>
        ),
      ]}
    >
      <div className="refactor" data-testid="refactor-dialog">
        <Segmented
          block
          value={action}
          options={ACTIONS.map((one) => ({ value: one, label: K.refactor[one] }))}
          onChange={(next) =>
            change(() => {
              setAction(next);
              setTo('');
            })
          }
        />
        <p className="quiet">{K.refactor.hints[action]}</p>
        {fresh ? (
          <Field
            label={action === 'split' ? K.newIntent.name : K.refactor.to}
            error={
              to && !goodName(to)
                ? K.newIntent.wrong
                : kb.intents.some(({ key }) => key === to)
                  ? K.newIntent.taken
                  : null
            }
          >
            <Input
              ref={first}
              value={to}
              placeholder={intent}
              data-testid="refactor-to"
              onChange={(event) => change(() => setTo(event.target.value.trim()))}
            />
          </Field>
        ) : (
          <Field label={action === 'merge' ? K.refactor.into : K.refactor.instead}>
            <IntentSelect
              clear
              value={to}
              except={intent}
              testId="refactor-into"
              onChange={(next) => change(() => setTo(next))}
            />
          </Field>
        )}
        {action === 'split' && (
          <Field label={K.refactor.pickSentences(sentences.length)}>
            <Checkbox.Group
              className="refactor__sentences"
              value={sentences}
              options={examples.map((one) => ({ value: one, label: readMarkup(one).text }))}
              onChange={(next) => change(() => setSentences(next as string[]))}
            />
          </Field>
        )}
        {found && (
          <div data-testid="impact">
            <h3>
              {K.refactor.impact} <span className="quiet">{K.refactor.changes(found.changes)}</span>
            </h3>
            {found.impact.length === 0 && <p className="quiet">{K.refactor.noImpact}</p>}
            <ul className="impact">
              {found.impact.map(({ where, what: which, blocking }) => (
                <li key={`${where}${which}`} className={blocking ? 'bad' : undefined}>
                  <code>{where}</code>
                  <span>{which}</span>
                  {blocking && <span className="tag tag--red">{K.refactor.blocking}</span>}
                </li>
              ))}
            </ul>
            {blocked && <Alert type="error" showIcon message={K.refactor.blocked} />}
          </div>
        )}
      </div>
    </Modal>
  );
}
