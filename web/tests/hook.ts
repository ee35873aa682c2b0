/** Runs a hook as a page does, without a browser: React needs little of one to render nothing. */
import { act, createElement, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { vi } from 'vitest';

const ASK_MS = 5;
const MOST_ASKED = 400;

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
  vi.stubGlobal('window', { HTMLIFrameElement: class {}, addEventListener: nothing, removeEventListener: nothing, location: { hash: '' } });
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
    until: async (so) => {
      for (let asked = 0; !so(given); asked += 1) {
        if (asked === MOST_ASKED) throw new Error('it has not come so');
        await does(() => new Promise((resolve) => setTimeout(resolve, ASK_MS)));
      }
    },
    leave: () => does(() => root.unmount()),
  };
}
