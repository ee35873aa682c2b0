import { App as AntApp } from 'antd';
import { useEffect, useState } from 'react';
import { useDeed, useLoaded } from '../../agent/hooks';
import type { InboxFilter } from '../api';
import { useKb } from '../context';
import type { Cluster, InboxSentence } from '../contract';
import { K } from '../texts';
import { emptyValue } from '../values';

const PAGE = 30;
const MOST_AT_ONCE = 100;
const EVERY_MS = 30_000;

/** The sentences of a filter, and what is done with them. */
export function useInbox(filter: Pick<InboxFilter, 'state' | 'reason' | 'q'>) {
  const kb = useKb();
  const { api, tell } = kb;
  const [held, setHeld] = useState<{ count: number; clusters: Cluster[] } | null>(null);
  const { message } = AntApp.useApp();
  const { busy, run } = useDeed(tell.bad);
  /** The desk takes back what was done last, so the offer to undo what came before goes. */
  const act = (deed: () => Promise<unknown>): Promise<boolean> => {
    message.destroy();
    return run(deed);
  };
  useEffect(() => () => message.destroy(), [message]);
  const clusters = held?.clusters ?? [];
  const inbox = useLoaded(
    () => api.inbox({ ...filter, offset: 0, limit: Math.min(MOST_AT_ONCE, Math.max(PAGE, clusters.length)) }),
    `inbox-${filter.state}-${filter.reason}-${filter.q}`,
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
      (now) =>
        now && {
          ...now,
          clusters: now.clusters
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
  /** A new intent of sentences; whether it is there now. */
  const start = async (sentences: InboxSentence[], name: string, title: string): Promise<boolean> => {
    const draft = await kb.needDraft();
    if (!draft) return false;
    if (!(await act(() => api.save(draft, 'intent', name, { ...emptyValue('intent'), title }, 0)))) return false;
    const filled = await run(() => api.assign(ids(sentences), draft, name));
    kb.refreshDraft();
    kb.refreshIntents();
    refresh();
    // What it has not got stays in the inbox, and goes to it from there.
    if (filled) kb.open('intent', name);
    return true;
  };
  return { held, error: inbox.error, loading: inbox.loading, reload: inbox.reload, busy, older, assign, dismiss, reopen, start };
}
