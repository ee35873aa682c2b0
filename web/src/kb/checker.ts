/** Asks for findings once typing has paused, and again after a failure that may pass; an older answer never overwrites a newer one. */
import { mayPass } from '../shared/http';
import { Timers } from '../shared/timers';
import type { Finding } from './contract';

export const PAUSE_MS = 400;
export const AGAIN_MS = 5_000;

export interface Checked {
  state: 'idle' | 'checking' | 'checked' | 'failed';
  findings: Finding[];
}

export class Checker<Asked> {
  private readonly timers = new Timers<'pause' | 'again'>();
  private latest = 0;
  private held: Checked = { state: 'idle', findings: [] };

  constructor(
    /** `background`: the page asks again by itself. */
    private readonly ask: (asked: Asked, background: boolean) => Promise<Finding[]>,
    private readonly show: (checked: Checked) => void,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  /** Findings of before stay on the screen until the new ones are there. */
  check(asked: Asked, pauseMs = this.pauseMs, background = false): void {
    this.latest += 1;
    const mine = this.latest;
    this.timers.clear('again');
    this.put({ ...this.held, state: 'checking' });
    this.timers.set('pause', pauseMs, () => {
      this.ask(asked, background).then(
        (findings) => mine === this.latest && this.put({ state: 'checked', findings }),
        (failure: unknown) => {
          if (mine !== this.latest) return;
          this.put({ ...this.held, state: 'failed' });
          if (mayPass(failure)) this.timers.set('again', AGAIN_MS, () => this.check(asked, 0, true));
        },
      );
    });
  }

  stop(): void {
    this.latest += 1;
    this.timers.clearAll();
  }

  private put(checked: Checked): void {
    this.held = checked;
    this.show(checked);
  }
}
