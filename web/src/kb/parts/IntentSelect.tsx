import { Select, type RefSelectProps } from 'antd';
import type { Ref } from 'react';
import { useKb } from '../context';

interface Props {
  value: string | null;
  /** What it is for, where no placeholder says so. */
  label?: string;
  placeholder?: string;
  testId?: string;
  size?: 'small' | 'middle';
  /** Left out of the list. */
  except?: string;
  clear?: boolean;
  open?: boolean;
  disabled?: boolean;
  field?: Ref<RefSelectProps>;
  onChange(intent: string): void;
}

/** All intents by title and name, searchable by both. */
export function IntentSelect(props: Props): JSX.Element {
  const { value, label, placeholder, testId, size, except, clear, open, disabled, field, onChange } = props;
  const { intents } = useKb();
  return (
    <Select
      ref={field}
      className="intent-select"
      showSearch
      allowClear={clear}
      size={size}
      open={open}
      disabled={disabled}
      value={value || null}
      placeholder={placeholder}
      aria-label={label ?? placeholder}
      data-testid={testId}
      popupMatchSelectWidth={300}
      filterOption={(typed, option) =>
        Boolean(option?.search.includes(typed.trim().toLowerCase()))
      }
      options={intents
        .filter(({ key }) => key !== except)
        .map(({ key, title }) => ({
          value: key,
          label: title || key,
          search: `${title} ${key}`.toLowerCase(),
        }))}
      optionRender={(option) => (
        <span className="named" data-testid={`intent-option-${option.value}`}>
          {option.label}
          <code>{option.value}</code>
        </span>
      )}
      onChange={(intent: string | undefined) => onChange(intent ?? '')}
    />
  );
}
