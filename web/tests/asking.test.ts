/** What pages ask by themselves again and again: in the background, and not for ever. */
import { createElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../src/agent/client';
import { WorkbenchContext, type Workbench } from '../src/agent/workbench';
import { qualityBoardApi } from '../src/board/api';
import QualityBoardScreen from '../src/board/QualityBoardScreen';
import { kbApi } from '../src/kb/api';
import { readJob } from '../src/kb/contract';
import { useJob } from '../src/kb/hooks';
import { runHook } from './hook';

const LONG_MS = 600_000;

/** Answers one after the other, the last one for ever; `asked`: which of the questions came in the background. */
function desk(...answers: [number, unknown][]): { asked: boolean[] } {
  const asked: boolean[] = [];
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, null];
    asked.push('X-Background' in (init.headers as Record<string, string>));
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  return { asked };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('asking again', () => {
  it('finds nothing out when the author is never ready, and says so', async () => {
    const { asked } = desk([200, { findings: [], loading: true }]);
    const checked = kbApi(new Client()).check('', 'faq', 'a', {}, false);
    const refused = expect(checked).rejects.toMatchObject({ kind: 'timeout' });
    await vi.advanceTimersByTimeAsync(LONG_MS);
    await refused;
    expect(asked).toEqual([false, ...Array<boolean>(19).fill(true)]);
  });

  it('leaves a job that the desk does not know', async () => {
    const job = { id: 7, kind: 'train', state: 'running' };
    const { asked } = desk([200, job], [503, null], [404, null]);
    const api = kbApi(new Client());
    const started = readJob(job);
    const page = await runHook(() => useJob(api, started, () => undefined));
    await page.does(() => vi.advanceTimersByTimeAsync(LONG_MS));
    expect(asked).toEqual([true, true, true]);
    expect(page.now()).toBeNull();
    await page.leave();
  });

  it('does not go on for a board that is refused', async () => {
    const { asked } = desk([200, { complete: false }], [200, { complete: false }], [404, null]);
    const workbench = { supervisor: qualityBoardApi(new Client()) } as unknown as Workbench;
    const page = await runHook(QualityBoardScreen, (inner) =>
      createElement(WorkbenchContext.Provider, { value: workbench }, inner),
    );
    for (let waits = 0; waits < 6; waits += 1) await page.does(() => vi.advanceTimersByTimeAsync(LONG_MS / 6));
    expect(asked).toEqual([false, true, true]);
    await page.leave();
  });
});
