import { Alert, Drawer, Skeleton } from 'antd';
import { useEffect } from 'react';
import { Transcript } from '../desk/Transcript';
import { useDesk } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  onClose(): void;
}

/** An old conversation, to read. */
export function TranscriptDrawer({ handover, onClose }: Props): JSX.Element {
  const { desk } = useWorkbench();
  const room = useDesk(desk).rooms[handover];
  useEffect(() => void desk.load(handover), [desk, handover]);
  return (
    <Drawer
      open
      width={560}
      title={`${T.history.transcript}${room?.chat ? ` · ${room.chat.card.topic_title}` : ''}`}
      onClose={onClose}
    >
      <div className="drawer-chat" data-testid="old-transcript">
        {room?.error && <Alert type="error" showIcon message={room.error} />}
        {!room?.chat && !room?.error && <Skeleton active paragraph={{ rows: 8 }} />}
        {room?.chat && <Transcript handover={handover} chat={room.chat} unfolded />}
      </div>
    </Drawer>
  );
}
