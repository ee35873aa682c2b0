import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { KbContext, type Kb } from '../src/kb/context';
import { FORMS } from '../src/kb/objects/forms';
import { KeyField } from '../src/kb/objects/KeyField';
import { emptyValue } from '../src/kb/values';

const WORDS = { entities: [], levels: [], products: [], groups: [], actions: [], reasons: [], canned: [] };
const kb = { intents: [], words: WORDS, titleOfIntent: (name: string) => name, tell: {} } as unknown as Kb;
const nothing = (): void => undefined;

describe('the forms of the editor', () => {
  it.each(['intent', 'faq', 'canned', 'hours', 'notice', 'offer', 'case'] as const)('name what is typed into: %s', (kind) => {
    const value = emptyValue(kind);
    const form = createElement(FORMS[kind], { name: '', value, findings: [], mayEdit: true, onChange: nothing });
    const key = createElement(KeyField, { kind, value: '', error: null, taken: [], onChange: nothing });
    const page = renderToStaticMarkup(createElement(KbContext.Provider, { value: kb }, key, form));
    const fields = page.match(/<(?:input|textarea)\b[^>]*>/g) ?? [];
    expect(fields.length).toBeGreaterThan(1);
    // Boxes to tick stand in a label with their words.
    expect(fields.filter((field) => !/aria-label="[^"]|type="(?:checkbox|radio)"/.test(field))).toEqual([]);
  });
});
