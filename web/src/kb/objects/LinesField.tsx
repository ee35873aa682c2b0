import { Input } from 'antd';
import { useEffect, useState } from 'react';

interface Props {
  lines: string[];
  label: string;
  testId: string;
  rows?: number;
  onChange(lines: string[]): void;
}

const split = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);

/** Sentences, one a line; what is being typed stays as it is. */
export function LinesField({ lines, label, testId, rows = 4, onChange }: Props): JSX.Element {
  const [text, setText] = useState(lines.join('\n'));
  useEffect(() => {
    setText((held) => (split(held).join('\n') === lines.join('\n') ? held : lines.join('\n')));
  }, [lines]);
  return (
    <Input.TextArea
      autoSize={{ minRows: rows, maxRows: 14 }}
      value={text}
      aria-label={label}
      data-testid={testId}
      onChange={(event) => {
        setText(event.target.value);
        onChange(split(event.target.value));
      }}
    />
  );
}
