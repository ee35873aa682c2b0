import { Input } from 'antd';
import { K } from '../texts';
import { readIntent } from '../values';
import { AnswerForm } from './AnswerForm';
import { Examples } from './Examples';
import { Field } from './Field';
import type { FormProps } from './forms';

/** 意图: what it is called, how customers say it, what they get. */
export function IntentForm({ value, onChange, findings, mayEdit }: FormProps): JSX.Element {
  const intent = readIntent(value);
  return (
    <>
      <div className="kb-row">
        <Field label={K.intent.title}>
          <Input
            maxLength={30}
            value={intent.title}
            placeholder={K.intent.titlePlaceholder}
            aria-label={K.intent.title}
            data-testid="field-title"
            onChange={({ target }) => onChange({ ...value, title: target.value || null })}
          />
        </Field>
        <Field label={K.intent.description}>
          <Input
            maxLength={200}
            value={intent.description}
            placeholder={K.intent.descriptionPlaceholder}
            aria-label={K.intent.description}
            data-testid="field-description"
            onChange={({ target }) => onChange({ ...value, description: target.value })}
          />
        </Field>
      </div>
      <Examples
        sentences={intent.examples}
        findings={findings}
        mayEdit={mayEdit}
        onChange={(examples) => onChange({ ...value, examples })}
      />
      <AnswerForm answer={intent.answer} onChange={(answer) => onChange({ ...value, answer })} />
    </>
  );
}
