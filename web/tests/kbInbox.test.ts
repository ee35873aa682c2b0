import { createElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMock, type Mock } from '../dev/mock-server.mjs';
import type { KbApi } from '../src/kb/api';
import { KbContext, type Kb } from '../src/kb/context';
import { useInbox } from '../src/kb/inbox/useInbox';
import { enterAt } from './editor';
import { runHook, type Ran } from './hook';

let offers: (() => void)[] = [];
const message = { destroy: () => void (offers = []) };
vi.mock('antd', () => ({ App: { useApp: () => ({ message }) } }));

type Inbox = ReturnType<typeof useInbox>;
let mock: Mock;
let api: KbApi;
let draft: string;
let told: string[];
let reason: string;

beforeEach(async () => {
  mock = createMock();
  api = await enterAt(`http://127.0.0.1:${await mock.listen(0)}`, '3001');
  draft = (await api.newDraft('k', '收件')).id;
  [offers, told, reason] = [[], [], ''];
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await mock.close();
});

async function opens(more: Partial<KbApi> = {}): Promise<Ran<Inbox>> {
  const nothing = (): void => undefined;
  const kb = {
    ...{ api: { ...api, ...more }, needDraft: () => Promise.resolve(draft), titleOfIntent: (name: string) => name },
    ...{ refreshDraft: nothing, refreshOverview: nothing, refreshIntents: () => told.push('intents'), open: () => told.push('open') },
    tell: { good: (_: string, undo?: () => void) => undo && offers.push(undo), bad: () => told.push('bad') },
  };
  const around = (inner: React.ReactNode) => createElement(KbContext.Provider, { value: kb as unknown as Kb }, inner);
  const page = await runHook(() => useInbox({ state: 'open', reason, q: '' }), around);
  await page.until(({ held }) => held !== null);
  return page;
}
const settles = (page: Ran<Inbox>): Promise<void> => page.until(({ busy, loading }) => !busy && !loading);
const sentences = (page: Ran<Inbox>, place: number) => page.now().held?.clusters[place]?.sentences ?? [];
const examples = async (intent: string): Promise<unknown> => (await api.object('intent', intent, draft)).value?.examples;

describe('the inbox', () => {
  it('offers to undo only what was done last, since the desk takes back nothing else', async () => {
    const page = await opens();
    const before = await examples('query_bill');
    const [first, second] = [sentences(page, 0), sentences(page, 1)];
    await page.does(() => page.now().assign(first, 'query_bill'));
    await settles(page);
    const between = await examples('query_bill');
    await page.does(() => page.now().assign(second, 'query_bill'));
    await settles(page);
    expect([before, between]).not.toContainEqual(await examples('query_bill'));
    expect(offers).toHaveLength(1);
    await page.does(() => offers[0]?.());
    await settles(page);
    expect(await examples('query_bill')).toEqual(between);
    expect(sentences(page, 0)).toEqual(second);
    await page.leave();
    expect(offers).toEqual([]);
  });

  it('shows nothing of the former filter while that of now cannot be loaded', async () => {
    const page = await opens({
      inbox: (filter) => (filter.reason ? Promise.reject(new Error('away')) : api.inbox(filter)),
    });
    reason = 'handover';
    await page.does(() => page.now().reload());
    await page.until(({ error }) => error !== null);
    expect(page.now().held).toBeNull();
    await page.leave();
  });

  it('leaves no new intent unseen when its sentences do not get into it', async () => {
    const page = await opens({ assign: () => Promise.reject(new Error('away')) });
    let there = false;
    await page.does(async () => (there = await page.now().start(sentences(page, 0), 'ring_change', '换彩铃')));
    await settles(page);
    expect(there).toBe(true);
    expect(told).toEqual(['bad', 'intents']);
    expect(await examples('ring_change')).toEqual([]);
    await page.leave();
  });
});
