import { useEffect, useRef } from 'react';
import { T } from '../texts';

interface Props {
  open: boolean;
  title: string;
  body: string;
  warning: string | null;
  action: string;
  onConfirm(): void;
  onCancel(): void;
}

export function ConfirmDialog(props: Props): JSX.Element {
  const { open, title, body, warning, action, onConfirm, onCancel } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (open && element && !element.open) element.showModal();
    if (!open && element?.open) element.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className="confirm"
      aria-labelledby="confirm-title"
      data-testid="confirm"
      onClose={() => open && onCancel()}
    >
      <h2 id="confirm-title">{title}</h2>
      <p>{body}</p>
      {warning && <p className="confirm__warning">{warning}</p>}
      <div className="confirm__actions">
        <button type="button" className="button button--plain" onClick={onCancel}>
          {T.confirm.stay}
        </button>
        <button type="button" className="button" data-testid="confirm-yes" onClick={onConfirm}>
          {action}
        </button>
      </div>
    </dialog>
  );
}
