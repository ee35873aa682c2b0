import { Alert, Button } from 'antd';
import { T } from '../texts';

interface Props {
  title: string;
  error: string;
  onRetry(): void;
}

/** Something was not loaded: what, why, and a button to ask again. */
export function Trouble({ title, error, onRetry }: Props): JSX.Element {
  return (
    <Alert
      type="error"
      showIcon
      message={title}
      description={error}
      action={
        <Button size="small" onClick={onRetry}>
          {T.retry}
        </Button>
      }
    />
  );
}
