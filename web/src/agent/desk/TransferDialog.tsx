import { Empty, Input, Modal, Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { useDeed, useLoaded } from '../hooks';
import { T } from '../texts';
import { useWorkbench } from '../workbench';

interface Props {
  handover: string;
  onDone(): void;
}

export function TransferDialog({ handover, onDone }: Props): JSX.Element {
  const { api, desk, me, texts, tell } = useWorkbench();
  const [kind, setKind] = useState<'group' | 'staff'>('group');
  const [group, setGroup] = useState<string | null>(null);
  const [colleague, setColleague] = useState<string | null>(null);
  const [word, setWord] = useState('');
  const [note, setNote] = useState('');
  const { busy, run } = useDeed(tell.bad);
  const colleagues = useLoaded(() => api.colleagues(), 'colleagues');
  const others = (colleagues.value ?? []).filter((one) => one.id !== me.staff.id && one.name.includes(word.trim()));
  const order = { ready: 0, busy: 1, break: 2, offline: 3 };
  const sorted = [...others].sort((a, b) => order[a.state] - order[b.state] || a.chats - b.chats);
  const groups = Object.entries(texts.groups);
  const readyIn = (id: string): number => others.filter((one) => one.state === 'ready' && one.groups.includes(id)).length;

  const submit = async (): Promise<void> => {
    const to = kind === 'group' ? { group, staff: null } : { group: null, staff: colleague };
    if (!to.group && !to.staff) return tell.bad(T.transfer.pick);
    if (!note.trim()) return tell.bad(T.transfer.needNote);
    if (await run(() => desk.transfer(handover, to, note.trim()))) {
      tell.good(T.transfer.done);
      onDone();
    }
  };

  return (
    <Modal
      open
      title={T.transfer.title}
      width={480}
      okText={T.transfer.submit}
      confirmLoading={busy}
      okButtonProps={{ 'data-testid': 'transfer-submit' }}
      onOk={() => void submit()}
      onCancel={onDone}
    >
      <div className="transfer" data-testid="transfer-dialog">
        <Segmented
          block
          value={kind}
          options={[
            { value: 'group', label: T.transfer.toGroup },
            { value: 'staff', label: T.transfer.toStaff },
          ]}
          onChange={(value) => setKind(value as typeof kind)}
        />
        {kind === 'group' && (
          <div className="options" role="radiogroup" aria-label={T.transfer.toGroup}>
            {groups.map(([id, title]) => (
              <button
                key={id}
                type="button"
                role="radio"
                aria-checked={group === id}
                className="option"
                data-testid={`transfer-group-${id}`}
                onClick={() => setGroup(id)}
              >
                <strong>{title}</strong>
                <span>
                  {T.board.ready} {readyIn(id)}
                </span>
              </button>
            ))}
          </div>
        )}
        {kind === 'staff' && (
          <>
            <Input
              allowClear
              placeholder={T.transfer.search}
              value={word}
              onChange={(event) => setWord(event.target.value)}
            />
            <div className="options options--list" role="radiogroup" aria-label={T.transfer.toStaff}>
              {colleagues.loading && <Skeleton active title={false} paragraph={{ rows: 3 }} />}
              {colleagues.error && <p className="quiet">{colleagues.error}</p>}
              {colleagues.value && sorted.length === 0 && (
                <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={T.transfer.nobody} />
              )}
              {sorted.map((one) => (
                <button
                  key={one.id}
                  type="button"
                  role="radio"
                  aria-checked={colleague === one.id}
                  className="option"
                  data-testid={`transfer-staff-${one.id}`}
                  disabled={one.state === 'offline'}
                  onClick={() => setColleague(one.id)}
                >
                  <strong>
                    <i className={`dot dot--${one.state}`} aria-hidden="true" />
                    {one.name}
                  </strong>
                  <span>{one.groups.map((id) => texts.groups[id] ?? id).join('、')}</span>
                  <span>
                    {texts.states[one.state]} {T.transfer.load(one.chats, one.ceiling)}
                  </span>
                </button>
              ))}
            </div>
          </>
        )}
        <label className="field">
          <span>
            {T.transfer.note}
            <small>{T.line.internal}</small>
          </span>
          <Input.TextArea
            rows={3}
            maxLength={500}
            placeholder={T.transfer.notePlaceholder}
            data-testid="transfer-note"
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
      </div>
    </Modal>
  );
}
