import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AGAIN_MS, Checker, PAUSE_MS, type Checked } from '../src/kb/checker';
import { readFinding, type Finding } from '../src/kb/contract';
import { ApiError } from '../src/shared/http';

const finding = (message: string): Finding => readFinding({ level: 'error', code: 'x', message });

describe('checking while typing', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks once, when typing has paused', async () => {
    const asked: string[] = [];
    const checker = new Checker<string>((text) => (asked.push(text), Promise.resolve([])), () => undefined);
    checker.check('一');
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    checker.check('一二');
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual(['一二']);
  });

  it('keeps the newest findings when an older answer comes late', async () => {
    let seen: Checked = { state: 'idle', findings: [] };
    const waits: Record<string, number> = { slow: 900, fast: 10 };
    const checker = new Checker<string>(
      (text) => new Promise((resolve) => setTimeout(() => resolve([finding(text)]), waits[text])),
      (checked) => (seen = checked),
    );
    checker.check('slow');
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    checker.check('fast');
    await vi.advanceTimersByTimeAsync(PAUSE_MS + 10);
    expect(seen).toMatchObject({ state: 'checked', findings: [{ message: 'fast' }] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen.findings.map(({ message }) => message)).toEqual(['fast']);
  });

  it('leaves the former findings on the screen while it asks, and when asking fails, which it does again', async () => {
    let seen: Checked = { state: 'idle', findings: [] };
    let fails = false;
    const checker = new Checker<string>(
      (text) => (fails ? Promise.reject(new Error('away')) : Promise.resolve([finding(text)])),
      (checked) => (seen = checked),
    );
    checker.check('一');
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    fails = true;
    checker.check('二');
    expect(seen).toMatchObject({ state: 'checking', findings: [{ message: '一' }] });
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(seen).toMatchObject({ state: 'failed', findings: [{ message: '一' }] });
    fails = false;
    await vi.advanceTimersByTimeAsync(AGAIN_MS + 10);
    expect(seen).toMatchObject({ state: 'checked', findings: [{ message: '二' }] });
  });

  it('asks by itself again what may pass, and only that', async () => {
    const inBackground: boolean[] = [];
    const failures = [new ApiError('http', 503), new ApiError('timeout'), new ApiError('http', 404)];
    const checker = new Checker<string>(
      (_, background) => (inBackground.push(background), Promise.reject(failures[inBackground.length - 1])),
      () => undefined,
    );
    checker.check('一');
    await vi.advanceTimersByTimeAsync(PAUSE_MS + 10 * AGAIN_MS);
    expect(inBackground).toEqual([false, true, true]);
  });
});
