import { Button, Empty, Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { Trouble } from '../../agent/components/Trouble';
import { useLoaded } from '../../agent/hooks';
import { useKb } from '../context';
import { PickDraft } from '../parts/PickDraft';
import { StateTag } from '../parts/StateTag';
import { K } from '../texts';
import { shortTime } from '../times';
import { DraftDetail } from './DraftDetail';

const EVERY_MS = 15_000;

/** 草稿: what is being prepared, and its way to the customers. */
export function DraftsScreen({ draftId }: { draftId: string }): JSX.Element {
  const kb = useKb();
  const [state, setState] = useState('');
  const [fresh, setFresh] = useState(false);
  const { value, error, loading, reload } = useLoaded(() => kb.api.drafts(state), `drafts-${state}`, EVERY_MS);
  const drafts = (value ?? []).filter((draft) => state === 'discarded' || draft.state !== 'discarded');
  const open = draftId || kb.draftId || drafts[0]?.id || '';
  return (
    <div className="kb-split" data-testid="drafts">
      <aside className="kb-split__list">
        <header className="kb-list__head">
          <Segmented
            size="small"
            value={state}
            options={Object.entries(K.drafts.filter).map(([key, label]) => ({ value: key, label }))}
            onChange={setState}
          />
          {kb.mayEdit && (
            <Button block type="primary" data-testid="draft-new" onClick={() => setFresh(true)}>
              {K.drafts.fresh}
            </Button>
          )}
        </header>
        {error && <Trouble title={K.drafts.failed} error={error} onRetry={reload} />}
        {loading && !value && <Skeleton active paragraph={{ rows: 6 }} />}
        {value && drafts.length === 0 && <Empty className="kb-list__empty" image={Empty.PRESENTED_IMAGE_SIMPLE} description={K.drafts.empty} />}
        <ul className="draft-list">
          {drafts.map((draft) => (
            <li key={draft.id}>
              <button
                type="button"
                className={draft.id === open ? 'draft-row draft-row--here' : 'draft-row'}
                aria-current={draft.id === open ? 'true' : undefined}
                data-testid={`draft-${draft.id}`}
                onClick={() => kb.go('drafts', draft.id)}
              >
                <strong>{draft.title}</strong>
                <StateTag state={draft.state} />
                <span className="quiet">
                  {K.drafts.created(draft.created_by, shortTime(draft.created_at))} · {K.bar.changes(draft.changes)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </aside>
      <section className="kb-split__main">
        {open ? (
          <DraftDetail key={open} draftId={open} onChanged={reload} />
        ) : (
          <div className="kb-empty">
            <Empty
              description={
                <>
                  <strong>{value?.length ? K.drafts.pick : K.drafts.empty}</strong>
                  <br />
                  {K.drafts.emptyBody}
                </>
              }
            />
          </div>
        )}
      </section>
      {fresh && (
        <PickDraft
          onDone={(id) => {
            setFresh(false);
            if (!id) return;
            reload();
            kb.chooseDraft(id);
            kb.go('drafts', id);
          }}
        />
      )}
    </div>
  );
}
