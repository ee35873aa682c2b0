import { App as AntApp, Button } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useHash, useLoaded } from '../agent/hooks';
import { useWorkbench } from '../agent/workbench';
import { ApiError } from '../shared/http';
import { browserStore } from '../shared/storage';
import { placeOf, writePlace } from './address';
import { kbApi } from './api';
import { KbContext, named, type Kb } from './context';
import { PickDraft } from './parts/PickDraft';
import { ACTION_TITLES, ENTITY_TITLES, K, LEVEL_TITLES, PRODUCT_TITLES } from './texts';
import { Unsaved } from './unsaved';

const OVERVIEW_MS = 20_000;
const chosen = browserStore('localStorage');
const ownTab = browserStore('sessionStorage');

const nullWhenUnknown = (failure: unknown): null => {
  if (failure instanceof ApiError && failure.status === 404) return null;
  throw failure;
};

/** Holds the draft that is worked on, the intents, and what forms offer. */
export function KbProvider({ children }: { children: ReactNode }): JSX.Element {
  const { client, me, tell } = useWorkbench();
  const { message, modal } = AntApp.useApp();
  const [, setHash] = useHash();
  const api = useMemo(() => kbApi(client), [client]);
  const place = `wanhao.kb.${me.staff.id}.draft`;
  const [draftId, setDraftId] = useState(() => chosen.get(place) ?? '');
  const [picking, setPicking] = useState<((id: string | null) => void) | null>(null);
  const dirty = useRef(false);
  const unsaved = useMemo(() => new Unsaved(ownTab, me.staff.id), [me.staff.id]);

  const overview = useLoaded(() => api.overview(), 'kb-overview', OVERVIEW_MS);
  const draft = useLoaded(
    async () => (draftId ? await api.draft(draftId).catch(nullWhenUnknown) : null),
    `kb-draft-${draftId}`,
  );
  const intents = useLoaded(() => api.rows('intent', draftId), `kb-intents-${draftId}`);
  const words = useLoaded(() => api.vocabulary(), 'kb-words');

  const chooseDraft = useCallback(
    (id: string): void => {
      if (id) chosen.set(place, id);
      else chosen.remove(place);
      setDraftId(id);
    },
    [place],
  );
  // A draft that is over, or that the desk does not know, is no longer worked on.
  const state = draft.value?.state;
  const unknown = !draft.loading && !draft.error && !draft.value;
  const gone = Boolean(draftId) && (state === 'published' || state === 'discarded' || unknown);
  useEffect(() => {
    if (gone) chooseDraft('');
  }, [gone, chooseDraft]);

  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent): void => {
      if (dirty.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', leaving);
    return () => window.removeEventListener('beforeunload', leaving);
  }, []);

  const titles = useMemo(() => new Map((intents.value ?? []).map(({ key, title }) => [key, title])), [intents.value]);
  const vocabulary = useMemo(() => {
    const sent = words.value ?? { entities: [], levels: [], products: [], groups: [], actions: [], reasons: [], canned: [] };
    return {
      ...sent,
      entities: named(sent.entities, ENTITY_TITLES),
      levels: named(sent.levels, LEVEL_TITLES),
      products: named(sent.products, PRODUCT_TITLES),
      actions: named(sent.actions, ACTION_TITLES),
      groups: sent.groups,
    };
  }, [words.value]);

  const [refreshDraft, refreshOverview, refreshIntents] = [draft.reload, overview.reload, intents.reload];
  const trouble = draft.error ?? intents.error ?? words.error;
  const refreshWords = words.reload;
  const kb = useMemo<Kb>(() => {
    const entityTitles = new Map(vocabulary.entities.map(({ name, title }) => [name, title]));
    const goTo = (hash: string): void => {
      if (!dirty.current) {
        setHash(hash);
        return;
      }
      modal.confirm({
        title: K.editor.leaveAsk,
        content: K.editor.leaveBody,
        okText: K.editor.leave,
        cancelText: K.editor.stay,
        okButtonProps: { 'data-testid': 'leave-yes' },
        onOk: () => {
          dirty.current = false;
          setHash(hash);
        },
      });
    };
    return {
      api,
      mayEdit: me.staff.role === 'editor' || me.staff.role === 'admin',
      trouble,
      retry: () => {
        refreshDraft();
        refreshIntents();
        refreshWords();
      },
      overview: overview.value,
      refreshOverview,
      draftId,
      draft: draft.value,
      chooseDraft,
      refreshDraft,
      needDraft: () =>
        draftId ? Promise.resolve(draftId) : new Promise((resolve) => setPicking(() => resolve)),
      intents: intents.value ?? [],
      refreshIntents,
      titleOfIntent: (name) => titles.get(name) || name,
      words: vocabulary,
      titleOfEntity: (name) => entityTitles.get(name) ?? name,
      unsaved,
      go: (name, key, kind) => goTo(writePlace(name, key, kind)),
      open: (kind, key) => goTo(placeOf(kind, key)),
      guard: (held) => void (dirty.current = held),
      tell: {
        bad: tell.bad,
        good: (sentence, undo) => {
          if (!undo) return tell.good(sentence);
          const key = `undo-${Date.now()}`;
          void message.success({
            key,
            duration: 6,
            content: (
              <>
                {sentence}
                <Button
                  type="link"
                  size="small"
                  data-testid="message-undo"
                  onClick={() => {
                    message.destroy(key);
                    undo();
                  }}
                >
                  {K.undo}
                </Button>
              </>
            ),
          });
        },
      },
    };
  }, [
    api,
    me.staff.role,
    trouble,
    refreshWords,
    overview.value,
    refreshOverview,
    draftId,
    draft.value,
    chooseDraft,
    refreshDraft,
    intents.value,
    refreshIntents,
    titles,
    vocabulary,
    unsaved,
    setHash,
    modal,
    message,
    tell,
  ]);

  return (
    <KbContext.Provider value={kb}>
      {children}
      {picking && (
        <PickDraft
          onDone={(id) => {
            if (id) chooseDraft(id);
            picking(id);
            setPicking(null);
          }}
        />
      )}
    </KbContext.Provider>
  );
}
