import { Button, Popover } from 'antd';
import { useRef, useState } from 'react';
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
  const list = useRef<HTMLDivElement>(null);
  return (
    <Popover
      open={open}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      onOpenChange={setOpen}
      // Before it is in its place nothing in it can have the keys.
      afterOpenChange={(shown) => shown && list.current?.querySelector('input')?.focus()}
      content={
        <div ref={list} className="assign">
          <IntentSelect
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
