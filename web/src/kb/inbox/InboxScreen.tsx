import { Button, Empty, Input, Segmented, Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { Trouble } from '../../agent/components/Trouble';
import type { InboxSentence } from '../contract';
import { NewIntentDialog } from '../parts/NewIntentDialog';
import { K } from '../texts';
import { ClusterCard } from './ClusterCard';
import { useInbox } from './useInbox';

const TYPING_MS = 300;

/** 收件箱: what customers said that the bot did not do well by. */
export function InboxScreen(): JSX.Element {
  const [state, setState] = useState('open');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const [starting, setStarting] = useState<InboxSentence[] | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const inbox = useInbox({ state, reason, q });
  const { held, busy } = inbox;
  const clusters = held?.clusters ?? [];
  const filtered = Boolean(reason || q || state !== 'open');
  return (
    <div className="kb-page" data-testid="inbox">
      <header className="kb-page__head">
        <Segmented
          value={state}
          data-testid="inbox-state"
          options={Object.entries(K.inbox.states).map(([value, label]) => ({ value, label }))}
          onChange={setState}
        />
        <div className="kb-chips" role="group" aria-label={K.inbox.allReasons}>
          {['', ...Object.keys(K.inbox.reasons)].map((one) => (
            <button
              key={one}
              type="button"
              className={one === reason ? 'kb-chip kb-chip--on' : 'kb-chip'}
              aria-pressed={one === reason}
              data-testid={`reason-${one || 'all'}`}
              onClick={() => setReason(one)}
            >
              {one ? K.inbox.reasons[one] : K.inbox.allReasons}
            </button>
          ))}
        </div>
        <Input.Search
          allowClear
          className="kb-page__search"
          value={typed}
          placeholder={K.inbox.search}
          data-testid="inbox-search"
          onChange={(event) => setTyped(event.target.value)}
        />
        {held && <span className="quiet">{K.inbox.total(held.count)}</span>}
      </header>
      <p className="quiet kb-page__intro">{K.inbox.intro}</p>
      {inbox.error && <Trouble title={K.inbox.failed} error={inbox.error} onRetry={inbox.reload} />}
      {!held && !inbox.error && <Skeleton active paragraph={{ rows: 10 }} />}
      {held && clusters.length === 0 && !inbox.loading && (
        <div className="kb-empty" data-testid="inbox-empty">
          <Empty
            description={
              filtered ? (
                K.inbox.emptyFilter
              ) : (
                <>
                  <strong>{K.inbox.empty}</strong>
                  <br />
                  {K.inbox.emptyBody}
                </>
              )
            }
          />
        </div>
      )}
      {clusters.map((cluster) => (
        <ClusterCard
          key={cluster.id}
          cluster={cluster}
          state={state}
          busy={busy}
          onAssign={(sentences, intent) => void inbox.assign(sentences, intent)}
          onNew={setStarting}
          onDismiss={(sentences) => void inbox.dismiss(sentences)}
          onReopen={(sentences) => void inbox.reopen(sentences)}
        />
      ))}
      {held && held.count > clusters.length && clusters.length > 0 && (
        <Button className="kb-page__more" loading={busy} onClick={inbox.older}>
          {K.inbox.older}
        </Button>
      )}
      {starting && (
        <NewIntentDialog
          sentences={starting.map(({ text }) => text)}
          onCreate={async (name, title) => {
            if (await inbox.start(starting, name, title)) setStarting(null);
          }}
          onClose={() => setStarting(null)}
        />
      )}
    </div>
  );
}
