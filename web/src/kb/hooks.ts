/** Small React hooks of the knowledge editor. */
import { useEffect, useRef, useState } from 'react';
import { mayPass } from '../shared/http';
import type { KbApi } from './api';
import { Checker, type Checked } from './checker';
import { runs, type Finding, type Job } from './contract';
import { same } from './values';

const JOB_EVERY_MS = 1200;

/** The job as it goes on; `onEnd` once it has ended while it was watched. */
export function useJob(api: KbApi, started: Job | null, onEnd: (job: Job) => void): Job | null {
  const [job, setJob] = useState(started);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => setJob(started), [started]);
  const watched = started && runs(started) ? started.id : null;
  useEffect(() => {
    if (!watched) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (): Promise<void> => {
      // Null: it is not ours to watch, or not there any more.
      const next = await api.job(watched).catch((failure: unknown) => (mayPass(failure) ? undefined : null));
      if (over) return;
      if (next !== undefined) setJob(next);
      if (next && !runs(next)) ended.current(next);
      else if (next !== null) timer = setTimeout(() => void ask(), JOB_EVERY_MS);
    };
    timer = setTimeout(() => void ask(), JOB_EVERY_MS / 2);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [api, watched]);
  return job;
}

const NOTHING: Checked = { state: 'idle', findings: [] };

/** Findings about what is being typed; asked when typing pauses. */
export function useChecked<Asked>(
  asked: Asked | null,
  ask: (asked: Asked, background: boolean) => Promise<Finding[]>,
): Checked {
  const [checked, setChecked] = useState(NOTHING);
  const latest = useRef(ask);
  latest.current = ask;
  const [checker] = useState(() => new Checker<Asked>((...asking) => latest.current(...asking), setChecked));
  useEffect(() => {
    if (asked === null) checker.stop();
    else checker.check(asked);
  }, [asked, checker]);
  useEffect(() => () => checker.stop(), [checker]);
  return checked;
}

/** A field's text as it is typed, until what is held is no longer what the text says. Text that cannot be read stays. */
export function useText<T>(held: T, write: (held: T) => string, read: (text: string) => T): [string, (text: string) => void] {
  const [text, setText] = useState(() => write(held));
  useEffect(() => {
    setText((typed) => {
      try {
        return same(read(typed), held) ? typed : write(held);
      } catch {
        return typed;
      }
    });
  }, [held, write, read]);
  return [text, setText];
}

/** Runs when Ctrl+S (or ⌘S) is pressed anywhere on the page. */
export function useSaveKey(save: () => void): void {
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
