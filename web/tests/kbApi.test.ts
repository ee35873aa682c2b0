import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMock, type Mock } from '../dev/mock-server.mjs';
import type { KbApi } from '../src/kb/api';
import { readTheirs } from '../src/kb/contract';
import { readIntent } from '../src/kb/values';
import { ApiError } from '../src/shared/http';
import { enterAt } from './editor';

let mock: Mock;
let enter: (login: string) => Promise<KbApi>;

beforeEach(async () => {
  mock = createMock();
  const origin = `http://127.0.0.1:${await mock.listen(0)}`;
  enter = (login) => enterAt(origin, login);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await mock.close();
});

describe('an editor at the desk', () => {
  it('starts an intent from the inbox, and finds its sentences in it', async () => {
    const api = await enter('3001');
    const draft = await api.newDraft('k1', '换彩铃');
    const { clusters } = await api.inbox({ state: 'open', reason: '', q: '', offset: 0, limit: 30 });
    const ids = clusters[0]?.sentences.map(({ id }) => id) ?? [];
    expect(ids).toHaveLength(10);
    await api.save(draft.id, 'intent', 'caller_ring_change', { title: '换视频彩铃', description: '', examples: [], answer: { kind: 'text', variants: [] } }, 0);
    await api.assign(ids, draft.id, 'caller_ring_change');
    const held = await api.object('intent', 'caller_ring_change', draft.id);
    expect(readIntent(held.value ?? {}).examples).toHaveLength(10);
    expect(held.live).toBeNull();
    expect((await api.rows('intent', draft.id)).find(({ key }) => key === 'caller_ring_change')).toMatchObject({ changed: true, count: 10 });
    const shown = await api.draft(draft.id);
    expect(shown.diff[0]).toMatchObject({ change: 'added', title: '换视频彩铃' });
  });

  it('is told what somebody else saved first', async () => {
    const one = await enter('3001');
    const draft = await one.newDraft('k1', '问答');
    const { value } = await one.object('faq', 'faq-3', draft.id);
    const version = await one.save(draft.id, 'faq', 'faq-3', { ...value, answer: '一' }, 0);
    const other = await enter('3002');
    const refused = await other.save(draft.id, 'faq', 'faq-3', { ...value, answer: '二' }, 0).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(readTheirs((refused as ApiError).body)).toMatchObject({ version, author: '周洋', value: { answer: '一' } });
  });

  it('gets all objects of a kind, page by page', async () => {
    const api = await enter('3001');
    expect(await api.rows('faq', '')).toHaveLength(130);
  });
});
