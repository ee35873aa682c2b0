import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { isObject, words } from '../../shared/read';
import { readFields, Unreadable, writeFields } from '../flow';
import { IntentSelect } from '../parts/IntentSelect';
import { K } from '../texts';
import { same, withField } from '../values';
import { Field } from './Field';
import type { FormProps } from './forms';

/** 固定用例: a sentence and what it must be taken for. */
export function CaseForm({ value, onChange, mayEdit }: FormProps): JSX.Element {
  const entities = isObject(value.entities) ? value.entities : null;
  const [text, setText] = useState(() => writeFields(entities ?? {}));
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    setText((held) => {
      try {
        return same(readFields(held), entities ?? {}) ? held : writeFields(entities ?? {});
      } catch {
        return held;
      }
    });
  }, [entities]);
  return (
    <>
      <p className="kb-note">{K.cases.hint}</p>
      <Field label={K.cases.intent}>
        <IntentSelect
          disabled={!mayEdit}
          value={words(value.intent)}
          testId="field-intent"
          onChange={(intent) => onChange({ ...value, intent })}
        />
      </Field>
      <Field label={K.cases.entities} hint={K.cases.entityHint} error={error}>
        <Input.TextArea
          className="raw"
          autoSize={{ minRows: 2, maxRows: 8 }}
          value={text}
          aria-label={K.cases.entities}
          data-testid="field-entities"
          onChange={({ target }) => {
            setText(target.value);
            try {
              const next = readFields(target.value);
              setError(null);
              onChange(withField(value, 'entities', Object.keys(next).length ? next : ''));
            } catch (failure) {
              setError(K.offer.restWrong(failure instanceof Unreadable ? failure.message : ''));
            }
          }}
        />
      </Field>
    </>
  );
}
