import { describe, expect, it } from 'vitest';
import { readFields, readFlow, Unreadable, writeFields, writeFlow } from '../src/kb/flow';

describe('fields as the content files write them', () => {
  const offer = {
    moments: ['warning', 'renewal'],
    for: { lines: ['mobile'], fee: { least: 1900 }, note: '在网12个月，到期前' },
    prior: { high: [2, 6] },
    callback: true,
    none: null,
    code: '007',
    word: 'true',
    empty: '',
  };

  it('come back as they were', () => {
    expect(readFields(writeFields(offer))).toEqual(offer);
  });

  it('are written without quotes where none are needed', () => {
    expect(writeFlow({ lines: ['mobile'], fee: { least: 1900 } })).toBe('{lines: [mobile], fee: {least: 1900}}');
  });

  it('are read as people write them', () => {
    expect(readFlow("{lines: [ mobile, 'broad band' ], fee: {least: 19.5}, to: 12:30,}")).toEqual({
      lines: ['mobile', 'broad band'],
      fee: { least: 19.5 },
      to: '12:30',
    });
  });

  it.each(['{lines: [mobile}', 'no colon here', 'lines: [a] b', 'lines: {a}'])('%j is refused', (text) => {
    expect(() => readFields(text)).toThrow(Unreadable);
  });
});
