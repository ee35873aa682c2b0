import { Button, Dropdown, Tooltip } from 'antd';
import { useState } from 'react';
import { DownIcon } from '../../agent/components/icons';
import { useDeed } from '../../agent/hooks';
import { useKb } from '../context';
import { K } from '../texts';
import { useTakeBack } from '../undo';
import { PickDraft } from './PickDraft';
import { StateTag } from './StateTag';

interface Props {
  trying: boolean;
  onTry(): void;
}

/** 正在编辑：… on every screen, with undo and the side chat. */
export function DraftBar({ trying, onTry }: Props): JSX.Element {
  const kb = useKb();
  const { draft, overview } = kb;
  const [picking, setPicking] = useState(false);
  const { busy, run } = useDeed(kb.tell.bad);
  const takeBack = useTakeBack();
  const undo = (): void =>
    void run(async () => {
      if (!draft) return;
      await takeBack(draft.id);
      kb.refreshDraft();
    });
  return (
    <div className="kb__draft" data-testid="draft-bar">
      {!draft && overview?.live && (
        <Tooltip title={K.bar.live(overview.live.title)}>
          <span className="quiet kb__live">{K.bar.live(overview.live.title)}</span>
        </Tooltip>
      )}
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...(draft ? [{ key: 'show', label: <span data-testid="draft-show">{K.drafts.changes}</span> }] : []),
            { key: 'pick', label: <span data-testid="draft-switch">{draft ? K.bar.choose : K.bar.pick}</span> },
            ...(kb.draftId ? [{ key: 'leave', label: <span data-testid="draft-leave">{K.bar.leave}</span> }] : []),
          ],
          onClick: ({ key }) => {
            if (key === 'show' && draft) kb.go('drafts', draft.id);
            if (key === 'pick') setPicking(true);
            if (key === 'leave') kb.chooseDraft('');
          },
        }}
      >
        <button type="button" className={draft ? 'kb__chosen' : 'kb__chosen kb__chosen--none'} data-testid="draft-chosen">
          <span>{draft ? K.bar.editing : K.bar.none}</span>
          {draft && <strong>{draft.title}</strong>}
          {draft && <StateTag state={draft.state} />}
          {draft && draft.changes.length > 0 && <em>{K.bar.changes(draft.changes.length)}</em>}
          <DownIcon />
        </button>
      </Dropdown>
      {draft && kb.mayEdit && draft.changes.length > 0 && (
        <Button size="small" loading={busy} data-testid="draft-undo" onClick={undo}>
          {K.undo}
        </Button>
      )}
      <Button size="small" type={trying ? 'primary' : 'default'} data-testid="try-open" aria-pressed={trying} onClick={onTry}>
        {K.bar.tryOut}
      </Button>
      {picking && (
        <PickDraft
          onDone={(id) => {
            setPicking(false);
            if (id) kb.chooseDraft(id);
          }}
        />
      )}
    </div>
  );
}
