import { Input, Modal } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useState } from 'react';
import { useDeed, useFirstField } from '../../agent/hooks';
import { newId } from '../../shared/ids';
import { useKb } from '../context';
import type { Job, Release } from '../contract';
import { K } from '../texts';

interface Props {
  release: Release;
  onStarted(job: Job): void;
  onClose(): void;
}

/** Takes the newest release back; the reason goes into the history. */
export function RollbackDialog({ release, onStarted, onClose }: Props): JSX.Element {
  const { api, tell } = useKb();
  const [reason, setReason] = useState('');
  const { first, opened } = useFirstField<TextAreaRef>();
  const [key] = useState(newId);
  const { busy, run } = useDeed(tell.bad);
  const roll = (): void => void run(async () => onStarted(await api.rollBack(key, release.id, reason.trim())));
  return (
    <Modal
      open
      width={440}
      afterOpenChange={opened}
      title={K.releases.rollTitle}
      okText={K.releases.roll}
      confirmLoading={busy}
      okButtonProps={{ danger: true, disabled: !reason.trim(), 'data-testid': 'rollback-yes' }}
      onOk={roll}
      onCancel={onClose}
    >
      <p>{K.releases.rollBody(release.title)}</p>
      <Input.TextArea
        ref={first}
        rows={3}
        maxLength={200}
        value={reason}
        placeholder={K.releases.rollPlaceholder}
        aria-label={K.releases.rollReason}
        data-testid="rollback-reason"
        onChange={(event) => setReason(event.target.value)}
      />
    </Modal>
  );
}
