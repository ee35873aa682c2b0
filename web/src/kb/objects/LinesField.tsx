import { Input } from 'antd';
import { useText } from '../hooks';

interface Props {
  lines: string[];
  label: string;
  testId: string;
  rows?: number;
  onChange(lines: string[]): void;
}

const writeLines = (lines: string[]): string => lines.join('\n');
const readLines = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);

/** Sentences, one a line; what is being typed stays as it is. */
export function LinesField({ lines, label, testId, rows = 4, onChange }: Props): JSX.Element {
  const [text, setText] = useText(lines, writeLines, readLines);
  return (
    <Input.TextArea
      autoSize={{ minRows: rows, maxRows: 14 }}
      value={text}
      aria-label={label}
      data-testid={testId}
      onChange={(event) => {
        setText(event.target.value);
        onChange(readLines(event.target.value));
      }}
    />
  );
}
