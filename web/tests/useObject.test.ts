import { createElement, useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMock, type Mock } from '../dev/mock-server.mjs';
import type { KbApi } from '../src/kb/api';
import { KbContext, type Kb } from '../src/kb/context';
import type { Draft, Value } from '../src/kb/contract';
import { useObject, type Edited } from '../src/kb/objects/useObject';
import { Unsaved } from '../src/kb/unsaved';
import { memoryStore, type Store } from '../src/shared/storage';
import { enterAt } from './editor';
import { runHook, type Ran } from './hook';

const KEY = 'faq-3';

let mock: Mock;
let api: KbApi;
let other: KbApi;
let store: Store;
let guarded: boolean;
let told: string[];
/** Drafts of the page: it chooses one, and is told what has changed in it. */
let choose: (draft: string, shown?: Draft | null) => void;

beforeEach(async () => {
  mock = createMock();
  const origin = `http://127.0.0.1:${await mock.listen(0)}`;
  [api, other] = [await enterAt(origin, '3001'), await enterAt(origin, '3002')];
  [store, guarded, told] = [memoryStore(), false, []];
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await mock.close();
});

/** The page of an object, with a draft chosen. */
function opens(draft: string, name = KEY): Promise<Ran<Edited>> {
  const unsaved = new Unsaved(store, '3001');
  const needDraft = (id: string) => () => Promise.resolve(id || null);
  const Around = ({ children }: { children?: React.ReactNode }) => {
    const [{ draftId, shown }, set] = useState<{ draftId: string; shown: Draft | null }>({ draftId: draft, shown: null });
    choose = (id, changed = null) => set({ draftId: id, shown: changed });
    const kb = {
      ...{ api, draftId, draft: shown, unsaved, needDraft: needDraft(draftId), refreshDraft: () => undefined },
      guard: (dirty: boolean) => void (guarded = dirty),
      tell: { good: () => undefined, bad: (sentence: string) => told.push(sentence) },
    };
    return createElement(KbContext.Provider, { value: kb as unknown as Kb }, children);
  };
  return runHook(() => useObject('faq', name), (inner) => createElement(Around, null, inner));
}
const newDraft = async (title: string): Promise<string> => (await api.newDraft(title, title)).id;
const live = async (): Promise<Value> => (await api.object('faq', KEY, '')).live ?? {};
const inDraft = async (draft: string, key = KEY): Promise<unknown> => (await api.object('faq', key, draft)).value?.answer;
const answer = ({ value }: Edited): unknown => value?.answer;
const types = (page: Ran<Edited>, text: string): Promise<void> =>
  page.does(() => page.now().change({ ...page.now().value, answer: text }));
/** Saving waits until it is let on. */
function slow(): () => void {
  let letOn = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letOn = resolve));
  const { save } = api;
  api = { ...api, save: async (...given) => (await gate, save(...given)) };
  return letOn;
}

describe('an object while it is edited', () => {
  it('keeps what is typed while it is saved, and saves that next', async () => {
    const letOn = slow();
    const draft = await newDraft('问答');
    const page = await opens(draft);
    await page.until(({ held }) => held !== null);
    await types(page, '一');
    let saving = Promise.resolve(false);
    await page.does(() => void (saving = page.now().save()));
    await types(page, '一二');
    await page.does(async () => (letOn(), expect(await saving).toBe(true)));
    expect(await inDraft(draft)).toBe('一');
    expect(page.now()).toMatchObject({ dirty: true, value: { answer: '一二' } });
    expect(guarded).toBe(true);
    expect(new Unsaved(store, '3001').read(draft, 'faq', KEY)?.value.answer).toBe('一二');
    await page.does(() => page.now().save());
    expect(await inDraft(draft)).toBe('一二');
    expect(page.now().dirty).toBe(false);
    expect(guarded).toBe(false);
    expect(new Unsaved(store, '3001').read(draft, 'faq', KEY)).toBeNull();
    await page.leave();
  });

  it('hands what is typed while it is saved for the first time to the page where it is opened then', async () => {
    const letOn = slow();
    const draft = await newDraft('问答');
    const fresh = await opens(draft, '');
    await fresh.until(({ held }) => held !== null);
    await fresh.does(() => fresh.now().rename('faq-new'));
    await types(fresh, '一');
    let saving = Promise.resolve(false);
    await fresh.does(() => void (saving = fresh.now().save()));
    await types(fresh, '一二');
    await fresh.does(async () => (letOn(), await saving));
    expect(guarded).toBe(false);
    await fresh.leave();
    const page = await opens(draft, 'faq-new');
    await page.until(({ restored }) => restored);
    expect(answer(page.now())).toBe('一二');
    await page.does(() => page.now().save());
    expect(await inDraft(draft, 'faq-new')).toBe('一二');
    await page.leave();
  });

  it('shows a colleague’s of another draft before it is overwritten with what was typed on this', async () => {
    const [one, two] = [await newDraft('一'), await newDraft('二')];
    await other.save(two, 'faq', KEY, { ...(await live()), answer: '同事' }, 0);
    const loaded: string[] = [];
    const { object } = api;
    api = { ...api, object: (...asked) => object(...asked).finally(() => loaded.push(asked[2])) };
    const page = await opens(one);
    await page.until(({ held }) => held !== null);
    await types(page, '我');
    await page.does(() => choose(two));
    await page.until(() => loaded.includes(two));
    await page.does(async () => expect(await page.now().save()).toBe(false));
    expect(page.now().stale?.value?.answer).toBe('同事');
    expect(await inDraft(two)).toBe('同事');
    expect(answer(page.now())).toBe('我');
    await page.does(() => page.now().takeTheirs());
    expect(answer(page.now())).toBe('同事');
    await types(page, '一起');
    expect([one, two].map((draft) => new Unsaved(store, '3001').read(draft, 'faq', KEY)?.value.answer)).toEqual([undefined, '一起']);
    await page.does(async () => expect(await page.now().save()).toBe(true));
    expect([await inDraft(two), await inDraft(one)]).toEqual(['一起', (await live()).answer]);
    await page.leave();
  });

  it('leaves alone what is kept of another draft when that is chosen', async () => {
    const [one, two] = [await newDraft('一'), await newDraft('二')];
    const before = await opens(two);
    await before.until(({ held }) => held !== null);
    await types(before, '没存');
    await before.leave();
    const page = await opens(one);
    await page.until(({ held }) => held !== null);
    await page.does(() => choose(two));
    await page.until(({ restored }) => restored);
    expect(answer(page.now())).toBe('没存');
    await page.does(() => choose(one));
    await page.leave();
  });

  it('begins with what was live when the typing began, though the page was opened anew since', async () => {
    const draft = await newDraft('问答');
    const begun = await live();
    const before = await opens(draft);
    await before.until(({ held }) => held !== null);
    await types(before, '没存');
    await before.leave();
    const published = { ...begun, answer: '已发布' };
    const bases: unknown[] = [];
    api = {
      ...api,
      object: async (...asked) => ({ ...(await other.object(...asked)), value: published, live: published }),
      save: (...given) => (bases.push(given[5]), other.save(...given)),
    };
    const page = await opens(draft);
    await page.until(({ restored }) => restored);
    await page.does(() => page.now().save());
    expect(bases).toEqual([begun]);
    await page.leave();
  });

  it('asks what to do when its change was undone meanwhile, and can be saved then', async () => {
    const draft = await newDraft('问答');
    const page = await opens(draft);
    await page.until(({ held }) => held !== null);
    await types(page, '一');
    await page.does(() => page.now().save());
    await types(page, '二');
    await api.undo(draft);
    await page.does(async () => expect(await page.now().save()).toBe(false));
    expect(page.now().stale).toMatchObject({ version: 0, author: '' });
    expect(told).toEqual([]);
    await page.does(async () => expect(await page.now().save(undefined, page.now().stale?.version)).toBe(true));
    expect(await inDraft(draft)).toBe('二');
    expect(page.now()).toMatchObject({ stale: null, dirty: false });
    await page.leave();
  });
});
