import { Alert, Button, Drawer, Input, Modal, Skeleton, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { BoardAgent } from '../contractSupervisor';
import { Transcript } from '../desk/Transcript';
import { useDeed, useDesk } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';
import { AssignButton } from './AssignButton';

interface Props {
  handover: string;
  agents: BoardAgent[];
  onChanged(): void;
  onClose(): void;
}

/** 旁听: a chat as it goes on; a word to its agent that the customer does not see; taking it over. */
export function WatchDrawer({ handover, agents, onChanged, onClose }: Props): JSX.Element {
  const { desk, supervisor, tell } = useWorkbench();
  const room = useDesk(desk).rooms[handover];
  const [text, setText] = useState('');
  const field = useRef<InputRef>(null);
  const [taking, setTaking] = useState<string | null>(null);
  const { busy, run } = useDeed(tell.bad);
  useEffect(() => {
    desk.watch(handover);
    return () => desk.unwatch(handover);
  }, [desk, handover]);

  const whisper = async (): Promise<void> => {
    if (!text.trim() || !(await run(() => supervisor.whisper(handover, text.trim())))) return;
    setText('');
    // The button is disabled now, and the keyboard must not be left without a place.
    field.current?.focus();
    tell.good(T.board.whispered);
    void desk.load(handover);
  };
  const takeOver = async (): Promise<void> => {
    if (!(await run(() => supervisor.takeOver(handover, (taking ?? '').trim())))) return;
    tell.good(T.board.takenOver);
    await desk.refresh();
    desk.select(handover);
    onChanged();
    window.location.hash = '/desk';
  };
  return (
    <Drawer
      open
      width={600}
      title={`${T.board.watch} · ${room?.chat?.card.topic_title ?? ''}`}
      extra={
        <span className="row-deeds">
          <AssignButton handover={handover} agents={agents} onChanged={onChanged} />
          <Button size="small" danger data-testid="take-over" onClick={() => setTaking('')}>
            {T.board.takeOver}
          </Button>
        </span>
      }
      onClose={onClose}
    >
      <div className="drawer-chat" data-testid="watch">
        {room?.error && <Alert type="error" showIcon message={room.error} />}
        {!room?.chat && !room?.error && <Skeleton active paragraph={{ rows: 8 }} />}
        {room?.chat && <Transcript handover={handover} chat={room.chat} />}
        <form
          className="whisper"
          onSubmit={(event) => {
            event.preventDefault();
            void whisper();
          }}
        >
          <Input
            ref={field}
            maxLength={500}
            aria-label={T.board.whisper}
            placeholder={T.board.whisperPlaceholder}
            data-testid="whisper-text"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button htmlType="submit" type="primary" loading={busy} disabled={!text.trim()} data-testid="whisper-send">
            {T.board.whisper}
          </Button>
        </form>
      </div>
      <Modal
        open={taking !== null}
        title={T.board.takeOver}
        width={380}
        okText={T.board.takeOver}
        confirmLoading={busy}
        okButtonProps={{ 'data-testid': 'take-over-submit' }}
        onOk={() => void takeOver()}
        onCancel={() => setTaking(null)}
      >
        <Input.TextArea
          rows={2}
          maxLength={500}
          aria-label={T.board.takeOverNote}
          placeholder={T.board.takeOverNote}
          data-testid="take-over-note"
          value={taking ?? ''}
          onChange={(event) => setTaking(event.target.value)}
        />
      </Modal>
    </Drawer>
  );
}
