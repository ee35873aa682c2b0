import { Button, Popover, type RefSelectProps } from 'antd';
import { useState } from 'react';
import { useFirstField } from '../../agent/hooks';
import { IntentSelect } from '../parts/IntentSelect';
import { K } from '../texts';

interface Props {
  label: string;
  testId: string;
  quiet?: boolean;
  disabled: boolean;
  onAssign(intent: string): void;
  onNew(): void;
}

/** Opens the list of intents at once: choosing one assigns. */
export function AssignButton({ label, testId, quiet = false, disabled, onAssign, onNew }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const { first, opened } = useFirstField<RefSelectProps>();
  return (
    <Popover
      open={open}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      onOpenChange={setOpen}
      afterOpenChange={opened}
      content={
        <div className="assign">
          <IntentSelect
            field={first}
            open
            value={null}
            placeholder={K.inbox.assign}
            testId="assign-intent"
            onChange={(intent) => {
              setOpen(false);
              if (intent) onAssign(intent);
            }}
          />
          <Button
            size="small"
            data-testid="assign-new"
            onClick={() => {
              setOpen(false);
              onNew();
            }}
          >
            {K.inbox.startNew}
          </Button>
        </div>
      }
    >
      {quiet ? (
        <button type="button" className="text-button" disabled={disabled} data-testid={testId}>
          {label}
        </button>
      ) : (
        <Button size="small" disabled={disabled} data-testid={testId}>
          {label}
        </Button>
      )}
    </Popover>
  );
}
