/** Runs a hook as a page does, without a browser: React needs little of one to render nothing. */
import { act, createElement, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { vi } from 'vitest';

export interface Ran<T> {
  /** What the hook has given last. */
  now(): T;
  /** Does something, and waits until the page has taken it in. */
  does(deed: () => unknown): Promise<void>;
  /** Waits until something is so. */
  until(so: (given: T) => boolean): Promise<void>;
  leave(): Promise<void>;
}

export async function runHook<T>(hook: () => T, around: (inner: ReactNode) => ReactNode = (inner) => inner): Promise<Ran<T>> {
  const nothing = (): void => undefined;
  const ownerDocument = { nodeType: 9, activeElement: null, addEventListener: nothing };
  vi.stubGlobal('document', ownerDocument);
  vi.stubGlobal('window', { HTMLIFrameElement: class {}, addEventListener: nothing, removeEventListener: nothing });
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  const place = { nodeType: 1, nodeName: 'DIV', tagName: 'DIV', ownerDocument, addEventListener: nothing };
  const root = createRoot(place as unknown as Element);
  let given: T;
  const Inner = (): null => {
    given = hook();
    return null;
  };
  const does = (deed: () => unknown): Promise<void> => act(async () => void (await deed()));
  await does(() => root.render(around(createElement(Inner))));
  return {
    now: () => given,
    does,
    until: (so) => vi.waitFor(() => does(() => undefined).then(() => { if (!so(given)) throw new Error('it is not so yet'); }), 2000),
    leave: () => does(() => root.unmount()),
  };
}
