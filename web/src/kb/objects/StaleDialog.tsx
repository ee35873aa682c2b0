import { Button, Modal } from 'antd';
import type { Theirs, Value } from '../contract';
import { Sides } from '../parts/Sides';
import { K } from '../texts';

interface Props {
  theirs: Theirs;
  mine: Value | null;
  onTheirs(): void;
  onMine(): void;
  onClose(): void;
}

/** Somebody else saved first: both are shown, and the person decides. */
export function StaleDialog({ theirs, mine, onTheirs, onMine, onClose }: Props): JSX.Element {
  return (
    <Modal
      open
      width={760}
      title={K.stale.title}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {K.stale.cancel}
        </Button>,
        <Button key="theirs" data-testid="stale-theirs" onClick={onTheirs}>
          {K.stale.useTheirs}
        </Button>,
        <Button key="mine" type="primary" data-testid="stale-mine" onClick={onMine}>
          {K.stale.useMine}
        </Button>,
      ]}
    >
      <div data-testid="stale">
        <p>{K.stale.body(theirs.author)}</p>
        <Sides mine={mine} theirs={theirs.value} titles={{ mine: K.stale.mine, theirs: K.stale.theirs }} />
      </div>
    </Modal>
  );
}
