import { Button, Input, InputNumber, Select } from 'antd';
import { DayField } from '../../agent/components/DayField';
import { count, isObject, list, numberOrNull, wordList, words } from '../../shared/read';
import type { Value } from '../contract';
import { useText } from '../hooks';
import { K } from '../texts';
import { withField } from '../values';
import { Field } from './Field';
import { FieldsField } from './FieldsField';
import type { FormProps } from './forms';
import { LinesField } from './LinesField';

const OWN = ['kind', 'title', 'benefit', 'price', 'cost', 'months', 'from', 'until', 'script', 'objections'];
const FEN = 100;

const restOf = (value: Value): Value => Object.fromEntries(Object.entries(value).filter(([name]) => !OWN.includes(name)));

/** 挽留优惠: what customers who may leave are offered; money is typed in yuan and kept in fen. */
export function OfferForm({ value, onChange }: FormProps): JSX.Element {
  const put = (field: string, next: unknown): void => onChange(withField(value, field, next));
  const objections = list(value.objections).filter(isObject);
  const putObjection = (at: number, next: Value): void =>
    put(
      'objections',
      objections.map((one, place) => (place === at ? next : one)),
    );
  return (
    <>
      <div className="kb-row">
        <Field label={K.offer.title}>
          <Input
            maxLength={40}
            value={words(value.title)}
            aria-label={K.offer.title}
            data-testid="field-title"
            onChange={({ target }) => onChange({ ...value, title: target.value })}
          />
        </Field>
        <Field label={K.offer.kind}>
          <Select
            className="intent-select"
            value={words(value.kind) || null}
            aria-label={K.offer.kind}
            data-testid="field-kind"
            options={Object.entries(K.offer.kinds).map(([name, title]) => ({ value: name, label: title }))}
            onChange={(kind: string) => put('kind', kind)}
          />
        </Field>
      </div>
      <Field label={K.offer.benefit}>
        <Input.TextArea
          autoSize={{ minRows: 2 }}
          value={words(value.benefit)}
          aria-label={K.offer.benefit}
          data-testid="field-benefit"
          onChange={({ target }) => onChange({ ...value, benefit: target.value })}
        />
      </Field>
      <Field label={K.offer.price}>
        <Input.TextArea
          autoSize={{ minRows: 1 }}
          value={words(value.price)}
          aria-label={K.offer.price}
          data-testid="field-price"
          onChange={({ target }) => onChange({ ...value, price: target.value })}
        />
      </Field>
      <div className="kb-row">
        <Field label={K.offer.cost}>
          <InputNumber
            min={0}
            precision={2}
            prefix="¥"
            value={count(value.cost) / FEN}
            aria-label={K.offer.cost}
            data-testid="field-cost"
            onChange={(yuan) => onChange({ ...value, cost: Math.round((yuan ?? 0) * FEN) })}
          />
        </Field>
        <Field label={K.offer.months}>
          <InputNumber
            min={1}
            max={60}
            precision={0}
            value={numberOrNull(value.months)}
            aria-label={K.offer.months}
            data-testid="field-months"
            onChange={(months) => put('months', months)}
          />
        </Field>
        <Field label={K.offer.from}>
          <DayField label={K.offer.from} testId="field-from" value={words(value.from) || null} onChange={(next) => put('from', next)} />
        </Field>
        <Field label={K.offer.until}>
          <DayField label={K.offer.until} testId="field-until" value={words(value.until) || null} onChange={(next) => put('until', next)} />
        </Field>
      </div>
      <Field label={K.offer.script} hint={K.offer.scriptHint}>
        <LinesField
          lines={wordList(value.script)}
          label={K.offer.script}
          testId="field-script"
          rows={3}
          onChange={(script) => onChange({ ...value, script })}
        />
      </Field>
      <Field label={K.offer.objections}>
        {objections.map((one, at) => (
          <div className="objection" key={at}>
            <WordsInput
              words={wordList(one.words)}
              testId={`objection-words-${at}`}
              onChange={(next) => putObjection(at, { ...one, words: next })}
            />
            <Input
              size="small"
              value={words(one.answer)}
              placeholder={K.offer.says_answer}
              aria-label={K.offer.says_answer}
              data-testid={`objection-answer-${at}`}
              onChange={({ target }) => putObjection(at, { ...one, answer: target.value })}
            />
            <button
              type="button"
              className="text-button"
              onClick={() =>
                put(
                  'objections',
                  objections.filter((_, place) => place !== at),
                )
              }
            >
              {K.remove}
            </button>
          </div>
        ))}
        <Button
          size="small"
          type="dashed"
          data-testid="objection-add"
          onClick={() => put('objections', [...objections, { words: [], answer: '' }])}
        >
          {K.offer.addObjection}
        </Button>
      </Field>
      <FieldsField
        fields={restOf(value)}
        label={K.offer.rest}
        hint={K.offer.restHint}
        testId="field-rest"
        rows={{ minRows: 3, maxRows: 14 }}
        onChange={(rest) => onChange({ ...withoutRest(value), ...rest })}
      />
    </>
  );
}

const withoutRest = (value: Value): Value => Object.fromEntries(Object.entries(value).filter(([name]) => OWN.includes(name)));

const writeWords = (words: string[]): string => words.join('、');
const readWords = (text: string): string[] =>
  text
    .split(/[、,，]/)
    .map((one) => one.trim())
    .filter(Boolean);

export function WordsInput({ words: held, testId, onChange }: { words: string[]; testId: string; onChange(words: string[]): void }): JSX.Element {
  const [text, setText] = useText(held, writeWords, readWords);
  return (
    <Input
      size="small"
      value={text}
      placeholder={K.offer.says}
      aria-label={K.offer.says}
      data-testid={testId}
      onChange={({ target }) => {
        setText(target.value);
        onChange(readWords(target.value));
      }}
    />
  );
}
