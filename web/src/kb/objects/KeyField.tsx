import { Input, Select } from 'antd';
import { GROUP_TITLES } from '../../agent/texts';
import { useKb } from '../context';
import type { Kind } from '../contract';
import { K } from '../texts';
import { Field } from './Field';

interface Props {
  kind: Kind;
  value: string;
  error: string | null;
  taken: string[];
  onChange(key: string): void;
}

/** The key of something new. */
export function KeyField({ kind, value, error, taken, onChange }: Props): JSX.Element {
  const { words } = useKb();
  const groups = words.groups.length
    ? words.groups
    : Object.entries(GROUP_TITLES).map(([name, title]) => ({ name, title }));
  return (
    <Field label={K.editor.keys[kind]} hint={kind === 'case' || kind === 'hours' ? undefined : K.editor.keyHint} error={error}>
      {kind === 'hours' ? (
        <Select
          value={value || null}
          aria-label={K.editor.keys[kind]}
          data-testid="object-key"
          options={groups.filter(({ name }) => !taken.includes(name)).map(({ name, title }) => ({ value: name, label: title }))}
          onChange={onChange}
        />
      ) : (
        <Input
          autoFocus
          value={value}
          maxLength={100}
          status={error ? 'error' : ''}
          aria-label={K.editor.keys[kind]}
          data-testid="object-key"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
