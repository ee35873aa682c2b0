import { Input } from 'antd';
import { DayField } from '../../agent/components/DayField';
import { words, wordList } from '../../shared/read';
import { IntentSelect } from '../parts/IntentSelect';
import { duplicates } from '../paste';
import { K } from '../texts';
import { withField } from '../values';
import { Field } from './Field';
import type { FormProps } from './forms';
import { LinesField } from './LinesField';

const LONGEST_ANSWER = 120;

/** 常见问答: answered by retrieval as soon as it is published. */
export function FaqForm({ value, onChange, mayEdit }: FormProps): JSX.Element {
  const also = wordList(value.also);
  const answer = words(value.answer);
  const again = duplicates([words(value.question), ...also]).size;
  const put = (field: string, next: unknown): void => onChange(withField(value, field, next));
  return (
    <>
      <Field label={K.faq.question}>
        <Input
          maxLength={60}
          value={words(value.question)}
          aria-label={K.faq.question}
          data-testid="field-question"
          onChange={({ target }) => onChange({ ...value, question: target.value })}
        />
      </Field>
      <Field
        label={K.faq.also}
        hint={K.faq.alsoHint}
        error={again ? K.examples.repeated(again) : null}
        end={<span className="tag">{K.examples.count(also.length)}</span>}
      >
        <LinesField lines={also} label={K.faq.also} testId="field-also" onChange={(next) => onChange({ ...value, also: next })} />
      </Field>
      <Field
        label={K.faq.answer}
        end={
          <span className={[...answer].length > LONGEST_ANSWER ? 'bad' : 'quiet'}>{K.faq.letters([...answer].length)}</span>
        }
      >
        <Input.TextArea
          autoSize={{ minRows: 3, maxRows: 8 }}
          value={answer}
          aria-label={K.faq.answer}
          data-testid="field-answer"
          onChange={({ target }) => onChange({ ...value, answer: target.value })}
        />
      </Field>
      <div className="kb-row">
        <Field label={K.faq.topic}>
          <IntentSelect
            clear
            disabled={!mayEdit}
            label={K.faq.topic}
            value={words(value.topic)}
            testId="field-topic"
            onChange={(topic) => onChange({ ...value, topic })}
          />
        </Field>
        <Field label={K.faq.journey}>
          <IntentSelect
            clear
            disabled={!mayEdit}
            label={K.faq.journey}
            value={words(value.journey)}
            testId="field-journey"
            onChange={(next) => put('journey', next)}
          />
        </Field>
      </div>
      <Field label={K.faq.validity} hint={K.faq.validHint}>
        <div className="kb-row kb-row--tight">
          <DayField label={K.faq.from} testId="field-from" value={words(value.from) || null} onChange={(next) => put('from', next)} />
          <span className="quiet">–</span>
          <DayField label={K.faq.to} testId="field-to" value={words(value.to) || null} onChange={(next) => put('to', next)} />
        </div>
      </Field>
      <Field label={K.faq.source} hint={K.faq.sourceHint}>
        <Input
          value={words(value.source)}
          aria-label={K.faq.source}
          data-testid="field-source"
          onChange={({ target }) => put('source', target.value)}
        />
      </Field>
    </>
  );
}
