import { useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readFields, writeFields } from '../src/kb/flow';
import { useText } from '../src/kb/hooks';
import { WordsInput } from '../src/kb/objects/OfferForm';
import { runHook } from './hook';

afterEach(() => void vi.unstubAllGlobals());

describe('a field of text', () => {
  it('shows the words of the objection that has moved to its place', async () => {
    const page = await runHook(() => {
      const [words, put] = useState(['贵']);
      const input = WordsInput({ words, testId: 'words', onChange: put });
      return { put, text: input.props.value as string, types: (value: string) => input.props.onChange({ target: { value } }) };
    });
    await page.does(() => page.now().types('贵，'));
    expect(page.now().text).toBe('贵，');
    await page.does(() => page.now().put(['用不着', '再想想']));
    expect(page.now().text).toBe('用不着、再想想');
    await page.leave();
  });

  it('stays as it is typed while it cannot be read', async () => {
    const page = await runHook(() => {
      const [fields, put] = useState<Record<string, unknown>>({ tier: 'gold' });
      return { put, text: useText(fields, writeFields, readFields) };
    });
    const types = (text: string): Promise<void> => page.does(() => page.now().text[1](text));
    await types('tier: [gold');
    await page.does(() => page.now().put({ tier: 'gold' }));
    expect(page.now().text[0]).toBe('tier: [gold');
    await types('tier:   [gold]');
    await page.does(() => page.now().put({ tier: ['gold'] }));
    expect(page.now().text[0]).toBe('tier:   [gold]');
    await page.does(() => page.now().put({ tier: 'silver' }));
    expect(page.now().text[0]).toBe('tier: silver');
    await page.leave();
  });
});
