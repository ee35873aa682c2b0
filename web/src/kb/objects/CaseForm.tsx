import { isObject, words } from '../../shared/read';
import { IntentSelect } from '../parts/IntentSelect';
import { K } from '../texts';
import { withField } from '../values';
import { Field } from './Field';
import { FieldsField } from './FieldsField';
import type { FormProps } from './forms';

/** 固定用例: a sentence and what it must be taken for. */
export function CaseForm({ value, onChange, mayEdit }: FormProps): JSX.Element {
  return (
    <>
      <p className="kb-note">{K.cases.hint}</p>
      <Field label={K.cases.intent}>
        <IntentSelect
          disabled={!mayEdit}
          value={words(value.intent)}
          label={K.cases.intent}
          testId="field-intent"
          onChange={(intent) => onChange({ ...value, intent })}
        />
      </Field>
      <FieldsField
        fields={isObject(value.entities) ? value.entities : {}}
        label={K.cases.entities}
        hint={K.cases.entityHint}
        testId="field-entities"
        rows={{ minRows: 2, maxRows: 8 }}
        onChange={(entities) => onChange(withField(value, 'entities', Object.keys(entities).length ? entities : ''))}
      />
    </>
  );
}
