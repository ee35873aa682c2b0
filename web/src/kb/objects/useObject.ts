/** One object while it is edited: what is saved, what is typed, and the way back into the draft. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { problem } from '../../agent/problem';
import { ApiError } from '../../shared/http';
import { useKb } from '../context';
import { readTheirs, type Held, type Kind, type Theirs, type Value } from '../contract';
import { K } from '../texts';
import { emptyValue, same } from '../values';

export interface Edited {
  error: string | null;
  reload(): void;
  held: Held | null;
  /** What the form shows; null when the object is deleted or not loaded. */
  value: Value | null;
  key: string;
  dirty: boolean;
  restored: boolean;
  busy: boolean;
  /** Somebody else saved first. */
  stale: Theirs | null;
  change(value: Value): void;
  rename(key: string): void;
  /** Saves what is typed, or `instead` (null deletes). True when it is in the draft. */
  save(instead?: Value | null, version?: number): Promise<boolean>;
  takeTheirs(): void;
  dismissStale(): void;
  dropTyped(): void;
}

const NEW: Held = { value: null, live: null, version: 0, author: null };

export function useObject(kind: Kind, name: string): Edited {
  const kb = useKb();
  const { api, draftId, unsaved, tell } = kb;
  const [held, setHeld] = useState<Held | null>(null);
  const [typed, setTyped] = useState<Value | null>(null);
  const [key, setKey] = useState(name);
  const [error, setError] = useState<string | null>(null);
  const [restored, setRestored] = useState(false);
  const [busy, setBusy] = useState(false);
  const [stale, setStale] = useState<Theirs | null>(null);
  const round = useRef(0);
  const typedNow = useRef(typed);
  typedNow.current = typed;
  const type = useCallback((next: Value | null): void => {
    typedNow.current = next;
    setTyped(next);
  }, []);
  // The draft that `held` is of, and under which what is typed upon it is kept.
  const heldIn = useRef(draftId);
  const moveTo = (draft: string): void => {
    unsaved.keep(heldIn.current, kind, name, null);
    heldIn.current = draft;
  };

  const load = useCallback(() => {
    round.current += 1;
    const mine = round.current;
    setError(null);
    const asked = name ? api.object(kind, name, draftId) : Promise.resolve({ ...NEW, value: emptyValue(kind) });
    asked.then(
      (found) => {
        // What is typed stays upon what it was begun with: saving it compares that with what is there.
        if (mine !== round.current || typedNow.current) return;
        heldIn.current = draftId;
        setHeld(found);
        const kept = unsaved.read(draftId, kind, name);
        const restores = kept !== null && !same(kept.value, found.value);
        setRestored(restores);
        if (!restores) return;
        type(kept.value);
        setHeld({ ...found, version: kept.version, live: kept.version ? found.live : kept.live });
        if (!name) setKey(kept.key);
      },
      (failure: unknown) => mine === round.current && setError(problem(failure)),
    );
  }, [api, draftId, kind, name, unsaved, type]);
  useEffect(load, [load]);

  // What was undone or saved elsewhere shows at once, unless something is typed here.
  const version = kb.draft?.changes.find((change) => change.kind === kind && change.key === name)?.version ?? 0;
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current !== version && !typedNow.current) load();
    seen.current = version;
  }, [version, load]);

  const dirty = typed !== null && !same(typed, held?.value ?? null);
  const { guard } = kb;
  useEffect(() => {
    guard(dirty);
    if (!held) return;
    const { version, live } = held;
    unsaved.keep(heldIn.current, kind, name, dirty && typed ? { value: typed, version, live, key } : null);
  }, [dirty, typed, key, held, guard, unsaved, kind, name]);
  useEffect(() => () => guard(false), [guard]);

  const value = typed ?? held?.value ?? null;
  const saved = (draft: string, next: Value | null, newVersion: number): void => {
    round.current += 1;
    setHeld((before) => ({ ...(before ?? NEW), value: next, version: newVersion, author: null }));
    setRestored(false);
    setStale(null);
    unsaved.keep(draft, kind, name, null);
    // What was typed while it was saved is not saved yet; that upon a new object waits where the object is opened now.
    const more = typedNow.current === typed || same(typedNow.current, next) ? null : typedNow.current;
    if (more) unsaved.keep(draft, kind, name || key, { value: more, version: newVersion, live: held?.live ?? null, key });
    if (!more || !name) {
      type(null);
      guard(false);
    }
    kb.refreshDraft();
    if (kind === 'intent') kb.refreshIntents();
  };

  const save = async (instead?: Value | null, asVersion?: number): Promise<boolean> => {
    if (busy || !held) return false;
    const next = instead === undefined ? value : instead;
    const draft = await kb.needDraft();
    if (!draft) return false;
    setBusy(true);
    try {
      let seenVersion = asVersion ?? held.version;
      if (draft !== heldIn.current) {
        if (asVersion === undefined && name) {
          // The draft was chosen after this was loaded: it may have another of this object.
          const there = await api.object(kind, key, draft);
          if (!same(there.value, held.value)) {
            setStale({ value: there.value, version: there.version, author: there.author ?? '' });
            return false;
          }
          seenVersion = there.version;
        }
        moveTo(draft);
        setHeld({ ...held, version: seenVersion });
      }
      const version = await api.save(draft, kind, key, next, seenVersion, seenVersion === 0 ? held.live : undefined);
      saved(draft, next, version);
      return true;
    } catch (failure) {
      // Version 0 of theirs: the draft has no change of this object any more, somebody has undone it.
      if (failure instanceof ApiError && failure.code === 'stale') setStale(readTheirs(failure.body));
      else tell.bad(problem(failure));
      return false;
    } finally {
      setBusy(false);
    }
  };

  return useMemo(
    () => ({
      ...{ error, reload: load, held, value, key, dirty, restored, busy, stale, save },
      change: (next) => type(!busy && same(next, held?.value ?? null) ? null : next),
      rename: setKey,
      takeTheirs: () => {
        if (!stale) return;
        moveTo(draftId);
        setHeld({ ...(held ?? NEW), value: stale.value, version: stale.version, author: stale.author });
        type(null);
        setStale(null);
        tell.good(K.stale.useTheirs);
      },
      dismissStale: () => setStale(null),
      dropTyped: () => {
        type(null);
        setRestored(false);
        load();
      },
    }),
    // Everything that is shown; `save` closes over the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [error, load, held, value, key, dirty, restored, busy, stale, typed, draftId],
  );
}
