import { Input } from 'antd';
import { useState } from 'react';
import type { Value } from '../contract';
import { readFields, Unreadable, writeFields } from '../flow';
import { useText } from '../hooks';
import { K } from '../texts';
import { Field } from './Field';

interface Props {
  fields: Value;
  label: string;
  hint: string;
  testId: string;
  rows: { minRows: number; maxRows: number };
  onChange(fields: Value): void;
}

/** Fields that have no form, as the file writes them; what cannot be read is told and not taken. */
export function FieldsField({ fields, label, hint, testId, rows, onChange }: Props): JSX.Element {
  const [text, setText] = useText(fields, writeFields, readFields);
  const [error, setError] = useState<string | null>(null);
  return (
    <Field label={label} hint={hint} error={error}>
      <Input.TextArea
        className="raw"
        autoSize={rows}
        spellCheck={false}
        value={text}
        aria-label={label}
        data-testid={testId}
        onChange={({ target }) => {
          setText(target.value);
          try {
            const next = readFields(target.value);
            setError(null);
            onChange(next);
          } catch (failure) {
            setError(K.wrongFields(failure instanceof Unreadable ? failure.message : target.value.slice(0, 12)));
          }
        }}
      />
    </Field>
  );
}
