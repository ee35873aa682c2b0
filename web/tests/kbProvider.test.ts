import { createElement } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../src/agent/client';
import { WorkbenchContext, type Workbench } from '../src/agent/workbench';
import { useKb } from '../src/kb/context';
import { KbProvider } from '../src/kb/KbProvider';
import { runHook } from './hook';

afterEach(() => void vi.unstubAllGlobals());

const me = { staff: { id: '3001', role: 'editor' } };
const opens = () =>
  runHook(useKb, (inner) => {
    const workbench = { client: new Client(), me, tell: { bad: () => undefined } } as unknown as Workbench;
    return createElement(WorkbenchContext.Provider, { value: workbench }, createElement(KbProvider, null, inner));
  });
/** A desk that refuses what lies at an address. */
function refuses(part: string, status: number): void {
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(new Response(JSON.stringify({ id: 5, title: '问答', state: 'open' }), { status: url.includes(part) ? status : 200 })),
  );
}

describe('the draft that is worked on', () => {
  it('stays chosen while the desk cannot be asked for it, and the page says so', async () => {
    refuses('/drafts/5', 503);
    const page = await opens();
    await page.does(() => page.now().chooseDraft('5'));
    expect(page.now()).toMatchObject({ draftId: '5', draft: null, trouble: expect.any(String) });
    refuses('nothing', 0);
    await page.does(() => page.now().retry());
    expect(page.now()).toMatchObject({ draftId: '5', draft: { title: '问答' }, trouble: null });
    await page.leave();
  });

  it('is left when the desk does not know it', async () => {
    refuses('/drafts/5', 404);
    const page = await opens();
    await page.does(() => page.now().chooseDraft('5'));
    expect(page.now()).toMatchObject({ draftId: '', trouble: null });
    await page.leave();
  });

  it('has its intents and words told as missing when they are', async () => {
    for (const part of ['kind=intent', '/words']) {
      refuses(part, 503);
      const page = await opens();
      expect(page.now().trouble).not.toBeNull();
      await page.leave();
    }
  });
});
