/** Small React hooks of the workbench. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { browserStore } from '../shared/storage';
import type { Desk, DeskState } from './desk';
import { problem } from './problem';

export const useDesk = (desk: Desk): DeskState => useSyncExternalStore(desk.subscribe, desk.getState);

let second = Date.now();
const watchers = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | null = null;

function watchSecond(watcher: () => void): () => void {
  watchers.add(watcher);
  ticking ??= setInterval(() => {
    second = Date.now();
    for (const one of watchers) one();
  }, 1000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0 && ticking) {
      clearInterval(ticking);
      ticking = null;
    }
  };
}

/** The present, renewed each second by one clock for the whole page. */
export const useSecond = (): number =>
  useSyncExternalStore(watchSecond, () => (ticking ? second : (second = Math.floor(Date.now() / 1000) * 1000)));

const settings = browserStore('localStorage');

/** A yes-or-no setting that this browser remembers. */
export function useSetting(key: string, initial: boolean): [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(() => {
    const stored = settings.get(key);
    return stored === null ? initial : stored === 'yes';
  });
  return [
    value,
    (next) => {
      settings.set(key, next ? 'yes' : 'no');
      setValue(next);
    },
  ];
}

export interface Loaded<T> {
  value: T | null;
  error: string | null;
  loading: boolean;
  reload: () => void;
  /** Puts what a deed answered in place without asking again. */
  put: (value: T) => void;
}

/** Fetches when `key` changes, and every `everyMs` if given; an older answer never overwrites a newer one. */
export function useLoaded<T>(fetcher: () => Promise<T>, key: string, everyMs = 0): Loaded<T> {
  const [state, setState] = useState<{ key: string; value: T | null; error: string | null; loading: boolean }>({
    key,
    value: null,
    error: null,
    loading: true,
  });
  const latest = useRef(0);
  const fetch = useRef(fetcher);
  fetch.current = fetcher;
  const asked = useRef(key);
  asked.current = key;
  const reload = useCallback(() => {
    latest.current += 1;
    const mine = latest.current;
    // Whoever has waited for an answer meanwhile asks anew by the key of now, not by that of then.
    const key = asked.current;
    setState((held) =>
      held.key === key
        ? { ...held, loading: true, error: null }
        : { key, value: null, error: null, loading: true },
    );
    fetch.current().then(
      (value) => mine === latest.current && setState({ key, value, error: null, loading: false }),
      (error: unknown) =>
        mine === latest.current && setState((held) => ({ ...held, error: problem(error), loading: false })),
    );
  }, []);
  useEffect(() => {
    reload();
    if (!everyMs) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [key, reload, everyMs]);
  const put = useCallback((value: T) => setState((held) => ({ ...held, value })), []);
  const current = state.key === key;
  return {
    value: current ? state.value : null,
    error: current ? state.error : null,
    loading: state.loading || !current,
    reload,
    put,
  };
}

/** Runs a deed, once at a time, and says what went wrong. */
export function useDeed(tell: (sentence: string) => void): {
  busy: boolean;
  run: (deed: () => Promise<unknown>) => Promise<boolean>;
} {
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const run = async (deed: () => Promise<unknown>): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    try {
      await deed();
      return true;
    } catch (error) {
      tell(problem(error));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, run };
}

/** The part of the address after #, as the shell's page. */
export function useHash(): [string, (page: string) => void] {
  const page = useSyncExternalStore(
    (listener) => {
      window.addEventListener('hashchange', listener);
      return () => window.removeEventListener('hashchange', listener);
    },
    () => window.location.hash.replace(/^#\/?/, ''),
  );
  return [page, (next) => void (window.location.hash = `/${next}`)];
}

/**
 * The field in which whoever opens a dialog types at once: `first` is its ref, `opened` the dialog's `afterOpenChange`.
 * While a dialog is still coming nothing in it can have the keys, and `autoFocus` does nothing.
 */
export function useFirstField<Field extends { focus(): void }>(): { first: RefObject<Field>; opened(open: boolean): void } {
  const first = useRef<Field>(null);
  return { first, opened: (open) => void (open && first.current?.focus()) };
}
