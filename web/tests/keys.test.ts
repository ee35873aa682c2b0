import { describe, expect, it } from 'vitest';
import { deedOf } from '../src/agent/keys';

const key = (more: object) => ({
  ...{ key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, isComposing: false },
  ...more,
});

describe('the keys of the desk', () => {
  it.each([
    ['KeyA', 'accept', 0],
    ['ArrowUp', 'previous', 0],
    ['ArrowDown', 'next', 0],
    ['KeyE', 'end', 0],
    ['KeyT', 'transfer', 0],
    ['Digit1', 'suggestion', 0],
    ['Numpad3', 'suggestion', 2],
  ])('Alt and %s: %s', (code, deed, place) => {
    // On a Mac Alt makes another letter of the same key.
    expect(deedOf(key({ code, key: 'å', altKey: true }), true)).toEqual({ deed, place });
    expect(deedOf(key({ code, altKey: true, ctrlKey: true }), true)).toBeNull();
    expect(deedOf(key({ code }), true)).toBeNull();
  });

  it('asks for help with F1, and with ? outside of a field', () => {
    expect(deedOf(key({ key: 'F1' }), true)?.deed).toBe('help');
    expect(deedOf(key({ key: '？' }), false)?.deed).toBe('help');
    expect(deedOf(key({ key: '?' }), true)).toBeNull();
  });

  it('leaves an input method alone', () => {
    expect(deedOf(key({ code: 'KeyA', altKey: true, isComposing: true }), true)).toBeNull();
  });
});
