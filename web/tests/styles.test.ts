import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const SHEETS = [
  ...['base', 'chat', 'chats', 'shell', 'side', 'supervisor'].map((name) => `agent/styles/${name}`),
  'board/board',
  'kb/kb',
];

it('has one sheet for each class: what was opened once stays in the page', () => {
  const owners = new Map<string, Set<string>>();
  for (const sheet of SHEETS) {
    const text = readFileSync(new URL(`../src/${sheet}.css`, import.meta.url), 'utf8');
    for (const [, name = ''] of text.matchAll(/^\.([\w-]+)(?: \{|,)$/gm))
      owners.set(name, (owners.get(name) ?? new Set()).add(sheet));
  }
  expect(owners.size).toBeGreaterThan(100);
  expect([...owners].filter(([, sheets]) => sheets.size > 1)).toEqual([]);
});
