import { afterEach, describe, expect, it, vi } from 'vitest';
import { useState } from 'react';
import { useLoaded } from '../src/agent/hooks';
import { runHook } from './hook';

afterEach(() => void vi.unstubAllGlobals());

describe('what a page loads', () => {
  it('is asked for anew by the key of now, though whoever asks knows that of before', async () => {
    const page = await runHook(() => {
      const [draft, choose] = useState('A');
      return { choose, ...useLoaded(() => Promise.resolve(`of ${draft}`), draft) };
    });
    const before = page.now();
    expect(before.value).toBe('of A');
    await page.does(() => before.choose('B'));
    expect(page.now().value).toBe('of B');
    await page.does(() => before.reload());
    expect(page.now()).toMatchObject({ value: 'of B', loading: false });
    await page.leave();
  });
});
