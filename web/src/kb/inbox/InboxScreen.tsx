import { App as AntApp, Button, Empty, Input, Segmented, Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { Trouble } from '../../agent/components/Trouble';
import { useDeed, useLoaded } from '../../agent/hooks';
import { useKb } from '../context';
import type { Cluster, InboxSentence } from '../contract';
import { NewIntentDialog } from '../parts/NewIntentDialog';
import { K } from '../texts';
import { emptyValue } from '../values';
import { ClusterCard } from './ClusterCard';

const PAGE = 30;
const MOST_AT_ONCE = 100;
const TYPING_MS = 300;
const EVERY_MS = 30_000;

/** 收件箱: what customers said that the bot did not do well by. */
export function InboxScreen(): JSX.Element {
  const kb = useKb();
  const { api, tell } = kb;
  const [state, setState] = useState('open');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const [held, setHeld] = useState<{ count: number; clusters: Cluster[] } | null>(null);
  const [starting, setStarting] = useState<InboxSentence[] | null>(null);
  const { message } = AntApp.useApp();
  const { busy, run } = useDeed(tell.bad);
  /** The desk takes back what was done last, so the offer to undo what came before goes. */
  const act = (deed: () => Promise<unknown>): Promise<boolean> => {
    message.destroy();
    return run(deed);
  };
  useEffect(() => () => message.destroy(), [message]);
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const clusters = held?.clusters ?? [];
  const filter = { state, reason, q };
  const inbox = useLoaded(
    () => api.inbox({ ...filter, offset: 0, limit: Math.min(MOST_AT_ONCE, Math.max(PAGE, clusters.length)) }),
    `inbox-${state}-${reason}-${q}`,
    EVERY_MS,
  );
  // Nothing of another filter stays to be pressed.
  useEffect(() => setHeld(inbox.value), [inbox.value]);
  const older = (): void =>
    void run(async () => {
      const more = await api.inbox({ ...filter, offset: clusters.length, limit: PAGE });
      setHeld((now) => now && { count: more.count, clusters: [...now.clusters, ...more.clusters] });
    });

  const refresh = (): void => {
    inbox.reload();
    kb.refreshOverview();
  };
  /** The sentences leave the screen at once; the desk's answer follows. */
  const without = (gone: InboxSentence[]): void => {
    const ids = new Set(gone.map(({ id }) => id));
    setHeld(
      held && {
        ...held,
        clusters: held.clusters
          .map((cluster) => ({ ...cluster, sentences: cluster.sentences.filter(({ id }) => !ids.has(id)) }))
          .filter(({ sentences }) => sentences.length > 0),
      },
    );
  };
  const ids = (sentences: InboxSentence[]): string[] => sentences.map(({ id }) => id);
  const reopen = async (sentences: InboxSentence[]): Promise<void> => {
    if (await act(() => api.reopen(ids(sentences)))) tell.good(K.inbox.reopened);
    refresh();
  };
  const assign = async (sentences: InboxSentence[], intent: string): Promise<void> => {
    const draft = await kb.needDraft();
    if (!draft) return;
    const done = await act(() => api.assign(ids(sentences), draft, intent));
    if (done) {
      without(sentences);
      tell.good(K.inbox.assigned(sentences.length, kb.titleOfIntent(intent)), () =>
        void act(async () => {
          await api.undo(draft);
          await api.reopen(ids(sentences));
        }).then(() => {
          refresh();
          kb.refreshDraft();
        }),
      );
    }
    kb.refreshDraft();
    kb.refreshIntents();
    refresh();
  };
  const dismiss = async (sentences: InboxSentence[]): Promise<void> => {
    if (!(await act(() => api.dismiss(ids(sentences))))) return;
    without(sentences);
    tell.good(K.inbox.dismissed(sentences.length), () => void reopen(sentences));
    refresh();
  };
  const startNew = async (name: string, title: string): Promise<void> => {
    const sentences = starting ?? [];
    const draft = await kb.needDraft();
    if (!draft) return;
    if (!(await act(() => api.save(draft, 'intent', name, { ...emptyValue('intent'), title }, 0)))) return;
    const filled = await run(() => api.assign(ids(sentences), draft, name));
    // The intent is there in any case: what it has not got stays in the inbox and goes to it from there.
    setStarting(null);
    kb.refreshDraft();
    kb.refreshIntents();
    refresh();
    if (filled) kb.open('intent', name);
  };

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
          onAssign={(sentences, intent) => void assign(sentences, intent)}
          onNew={setStarting}
          onDismiss={(sentences) => void dismiss(sentences)}
          onReopen={(sentences) => void reopen(sentences)}
        />
      ))}
      {held && held.count > clusters.length && clusters.length > 0 && (
        <Button className="kb-page__more" loading={busy} onClick={older}>
          {K.inbox.older}
        </Button>
      )}
      {starting && (
        <NewIntentDialog
          sentences={starting.map(({ text }) => text)}
          onCreate={(name, title) => startNew(name, title)}
          onClose={() => setStarting(null)}
        />
      )}
    </div>
  );
}
