import { Button, Empty, Input, Modal, Spin, type InputRef } from 'antd';
import { useState } from 'react';
import { useDeed, useFirstField, useLoaded } from '../../agent/hooks';
import { newId } from '../../shared/ids';
import { useKb } from '../context';
import { K } from '../texts';
import { shortTime } from '../times';

interface Props {
  /** null: nothing was chosen. */
  onDone(draft: string | null): void;
}

/** Which draft shall hold what is about to be changed: a new one, or one that is under way. */
export function PickDraft({ onDone }: Props): JSX.Element {
  const { api, tell, refreshOverview } = useKb();
  const { value, error } = useLoaded(() => api.drafts('open'), 'pick-drafts');
  const [title, setTitle] = useState('');
  const { first, opened } = useFirstField<InputRef>();
  const [key] = useState(newId);
  const { busy, run } = useDeed(tell.bad);
  const start = (): void => {
    if (!title.trim()) return;
    void run(async () => {
      const draft = await api.newDraft(key, title.trim());
      refreshOverview();
      onDone(draft.id);
    });
  };
  return (
    <Modal open width={460} title={K.pick.title} footer={null} afterOpenChange={opened} onCancel={() => onDone(null)}>
      <div className="pick" data-testid="pick-draft">
        <p className="quiet">{K.pick.hint}</p>
        <label className="field">
          <span>{K.pick.fresh}</span>
          <span className="pick__new">
            <Input
              ref={first}
              maxLength={60}
              value={title}
              placeholder={K.pick.placeholder}
              aria-label={K.pick.name}
              data-testid="draft-title"
              onChange={(event) => setTitle(event.target.value)}
              onPressEnter={start}
            />
            <Button type="primary" loading={busy} disabled={!title.trim()} data-testid="draft-create" onClick={start}>
              {K.pick.start}
            </Button>
          </span>
        </label>
        <h3>{K.pick.or}</h3>
        {error && <p className="bad">{error}</p>}
        {!value && !error && <Spin />}
        {value?.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={K.pick.empty} />}
        <ul className="pick__list">
          {(value ?? []).map((draft) => (
            <li key={draft.id}>
              <button type="button" className="option" data-testid={`pick-${draft.id}`} onClick={() => onDone(draft.id)}>
                <strong>{draft.title}</strong>
                <span>
                  {K.drafts.created(draft.created_by, shortTime(draft.created_at))} · {K.bar.changes(draft.changes)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Modal>
  );
}
