import { Button, Input, Segmented, Select } from 'antd';
import { useKb } from '../context';
import { K } from '../texts';
import { emptyVariant, intentOfPayload, type Answer, type Button as Choice, type Variant } from '../values';
import { IntentSelect } from '../parts/IntentSelect';
import { Field } from './Field';

interface Props {
  answer: Answer;
  onChange(answer: Answer): void;
}

/** 回答: words with buttons, for all or by customer, or a journey. */
export function AnswerForm({ answer, onChange }: Props): JSX.Element {
  const { words } = useKb();
  const actions = words.actions.map(({ name, title }) => ({ value: name, label: title === name ? name : `${title}（${name}）` }));
  const variants = answer.kind === 'text' ? answer.variants : [];
  const put = (place: number, variant: Variant): void =>
    onChange({ kind: 'text', variants: variants.map((one, at) => (at === place ? variant : one)) });
  return (
    <Field
      label={K.intent.answer}
      end={
        <Segmented
          size="small"
          value={answer.kind}
          data-testid="answer-kind"
          options={[
            { value: 'text', label: K.answer.text },
            { value: 'action', label: K.answer.action },
          ]}
          onChange={(kind) =>
            onChange(kind === 'action' ? { kind: 'action', action: '' } : { kind: 'text', variants: [emptyVariant()] })
          }
        />
      }
      hint={answer.kind === 'action' ? K.answer.actionHint : variants.length > 1 ? K.answer.order : K.answer.textHint}
    >
      {answer.kind === 'action' ? (
        <Select
          showSearch
          className="intent-select"
          value={answer.action || null}
          placeholder={K.answer.pickAction}
          data-testid="answer-action"
          optionFilterProp="label"
          options={
            !answer.action || actions.some(({ value }) => value === answer.action)
              ? actions
              : [{ value: answer.action, label: answer.action }, ...actions]
          }
          onChange={(action: string) => onChange({ kind: 'action', action })}
        />
      ) : (
        <>
          {variants.map((variant, place) => (
            <VariantForm
              key={place}
              place={place}
              variant={variant}
              only={variants.length === 1}
              onChange={(next) => put(place, next)}
              onRemove={() => onChange({ kind: 'text', variants: variants.filter((_, at) => at !== place) })}
            />
          ))}
          {variants.length > 1 && variants.every(({ when }) => when && when.levels.length + when.products.length > 0) && (
            <p className="bad" role="alert">
              {K.answer.noDefault}
            </p>
          )}
          <Button
            size="small"
            type="dashed"
            data-testid="variant-add"
            onClick={() =>
              onChange({
                kind: 'text',
                variants: [{ ...emptyVariant(), when: { levels: [], products: [] } }, ...variants],
              })
            }
          >
            {K.answer.addVariant}
          </Button>
        </>
      )}
    </Field>
  );
}

interface VariantProps {
  place: number;
  variant: Variant;
  only: boolean;
  onChange(variant: Variant): void;
  onRemove(): void;
}

function VariantForm({ place, variant, only, onChange, onRemove }: VariantProps): JSX.Element {
  const { words } = useKb();
  const { when, buttons } = variant;
  const conditions = (change: Partial<NonNullable<Variant['when']>>): void => {
    const next = { levels: [], products: [], ...when, ...change };
    onChange({ ...variant, when: next.levels.length + next.products.length ? next : null });
  };
  const putButton = (at: number, button: Choice): void =>
    onChange({ ...variant, buttons: buttons.map((one, index) => (index === at ? button : one)) });
  return (
    <div className="variant" data-testid={`variant-${place}`}>
      {(!only || when) && (
        <div className="variant__when">
          <strong>{K.answer.variant(place + 1)}</strong>
          <Select
            mode="multiple"
            size="small"
            value={when?.levels ?? []}
            placeholder={K.answer.anyLevel}
            aria-label={K.answer.levels}
            data-testid={`variant-levels-${place}`}
            options={words.levels.map(({ name, title }) => ({ value: name, label: title }))}
            onChange={(levels: string[]) => conditions({ levels })}
          />
          <Select
            mode="multiple"
            size="small"
            value={when?.products ?? []}
            placeholder={K.answer.anyProduct}
            aria-label={K.answer.products}
            data-testid={`variant-products-${place}`}
            optionFilterProp="label"
            options={words.products.map(({ name, title }) => ({ value: name, label: title }))}
            onChange={(products: string[]) => conditions({ products })}
          />
          {!only && (
            <button type="button" className="text-button" data-testid={`variant-remove-${place}`} onClick={onRemove}>
              {K.answer.removeVariant}
            </button>
          )}
        </div>
      )}
      <Input.TextArea
        autoSize={{ minRows: 2, maxRows: 8 }}
        maxLength={1000}
        value={variant.text}
        placeholder={K.answer.placeholder}
        aria-label={K.answer.body}
        data-testid={`variant-text-${place}`}
        onChange={(event) => onChange({ ...variant, text: event.target.value })}
      />
      {buttons.map((button, at) => (
        <div className="variant__button" key={at}>
          <Input
            size="small"
            maxLength={20}
            value={button.title}
            placeholder={K.answer.buttonTitle}
            aria-label={K.answer.buttonTitle}
            data-testid={`button-title-${place}-${at}`}
            onChange={(event) => putButton(at, { ...button, title: event.target.value })}
          />
          <span aria-hidden="true">→</span>
          {!button.payload || intentOfPayload(button.payload) ? (
            <IntentSelect
              size="small"
              value={intentOfPayload(button.payload)}
              placeholder={K.answer.buttonTarget}
              testId={`button-target-${place}-${at}`}
              onChange={(intent) => putButton(at, { ...button, payload: intent ? `/${intent}` : '' })}
            />
          ) : (
            <Input
              size="small"
              value={button.payload}
              aria-label={K.answer.buttonTarget}
              data-testid={`button-target-${place}-${at}`}
              onChange={(event) => putButton(at, { ...button, payload: event.target.value })}
            />
          )}
          <button
            type="button"
            className="text-button"
            aria-label={K.answer.removeButton}
            onClick={() => onChange({ ...variant, buttons: buttons.filter((_, index) => index !== at) })}
          >
            {K.remove}
          </button>
        </div>
      ))}
      <div className="variant__foot">
        <button
          type="button"
          className="text-button"
          data-testid={`button-add-${place}`}
          onClick={() => onChange({ ...variant, buttons: [...buttons, { title: '', payload: '' }] })}
        >
          + {K.answer.addButton}
        </button>
        <span className="quiet">{K.answer.letters([...variant.text].length)}</span>
      </div>
    </div>
  );
}
