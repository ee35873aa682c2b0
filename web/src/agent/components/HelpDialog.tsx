import { Modal } from 'antd';
import { useEffect } from 'react';
import { deedOf } from '../keys';
import { T } from '../texts';
import { isTyping } from '../typing';

interface Props {
  open: boolean;
  onOpen(): void;
  onClose(): void;
}

export function HelpDialog({ open, onOpen, onClose }: Props): JSX.Element {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (deedOf(event, isTyping(event.target))?.deed !== 'help') return;
      event.preventDefault();
      onOpen();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [onOpen]);
  return (
    <Modal open={open} title={T.help.title} footer={null} width={420} onCancel={onClose}>
      <dl className="keys" data-testid="help-keys">
        {T.help.keys.map(([key, deed]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{deed}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
