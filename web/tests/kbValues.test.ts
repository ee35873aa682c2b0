import { describe, expect, it } from 'vitest';
import { placeOf, readPlace, writePlace } from '../src/kb/address';
import {
  readDraft,
  readDraftFindings,
  readEntities,
  readInbox,
  readJob,
  readObject,
  readRelease,
  readRows,
  readTheirs,
  readTry,
  runs,
  type InboxSentence,
} from '../src/kb/contract';
import { likely } from '../src/kb/inbox/likely';
import { shownValue } from '../src/kb/shown';
import { Unsaved } from '../src/kb/unsaved';
import { differing, goodName, intentOfPayload, readAnswer, readHours, readIntent, same, titleOf, withField, writeHours } from '../src/kb/values';
import { memoryStore } from '../src/shared/storage';

describe('what the desk tells editors', () => {
  it('is read leniently', () => {
    expect(readDraft({ id: 3, state: 'submitted', changes: [{ kind: 'faq', key: 'a' }, 'x'], report: 'none' })).toMatchObject({
      id: '3',
      state: 'submitted',
      changes: [{ kind: 'faq', key: 'a', change: 'changed' }],
      report: null,
      can: { submit: false, approve: false, publish: false },
    });
    expect(readRows({ count: 1, rows: [{ kind: 'intent', key: 'a', changed: 'added' }, { kind: 'intent', key: 'b', changed: null }] }).rows).toMatchObject([
      { changed: true, count: null },
      { changed: false },
    ]);
    expect(readInbox({ clusters: [{ id: 's4', sentences: [{ id: 4, reasons: { rejected: 2 } }] }] }).clusters[0]).toMatchObject({
      id: 's4',
      days: [],
      sentences: [{ id: '4', reasons: { rejected: 2 }, guess: null }],
    });
  });

  it('never takes an unknown state of a draft or release for one that is live', () => {
    expect(readDraft({ state: 'new' }).state).toBe('discarded');
    expect(readRelease({ state: 'new' }).state).toBe('written');
    expect(runs(readJob({ state: 'odd' }))).toBe(false);
  });

  it('says why a job failed', () => {
    expect(readJob({ state: 'failed', log: ['a', 'b'], result: { error: { message: '没有通过' } } })).toMatchObject({
      state: 'failed',
      log: 'a\nb',
      result: '没有通过',
    });
  });

  it('keeps both sides of what somebody else saved first', () => {
    expect(readTheirs({ error: {}, theirs: { value: null, version: 3, author: '周洋' } })).toEqual({ value: null, version: 3, author: '周洋' });
    expect(readTheirs({ error: {} })).toEqual({ value: null, version: 0, author: '' });
    expect(readObject({ value: { title: 'x' }, live: null, version: 2 })).toMatchObject({ value: { title: 'x' }, live: null, version: 2 });
  });

  it('reads findings by object, entities with a place, and a try without answer', () => {
    expect(readDraftFindings({ objects: { 'intent/a': [{ level: 'error', code: 'c' }] } })['intent/a']).toHaveLength(1);
    expect(readEntities({ entities: [{ entity: 'vas', value: 'x', start: 2, end: 2 }, { entity: 'vas', start: 0, end: 2 }] })).toHaveLength(1);
    expect(readTry({ intent: 'a' })).toMatchObject({ ready: true, answer: null, ranking: [] });
  });
});

describe('values of objects', () => {
  it('have a name for editors, who do not read code', () => {
    const named = (title: string | null, description: string): string => titleOf('intent', 'affirm', { title, description });
    expect([named('查话费', '问余额'), named(null, '同意'), named(null, '')]).toEqual(['查话费', '同意', 'affirm']);
  });

  it('keep what a form does not know', () => {
    const intent = readIntent({ title: null, examples: ['一', 2], answer: { kind: 'text', variants: [{ text: '好', when: { levels: ['5星'] } }] } });
    expect(intent).toMatchObject({ title: '', examples: ['一', '2'], answer: { variants: [{ text: '好', buttons: [], when: { levels: ['5星'], products: [] } }] } });
    expect(readAnswer(null)).toEqual({ kind: 'text', variants: [{ text: '', buttons: [], when: null }] });
    expect(withField({ a: 1, odd: 2 }, 'a', '')).toEqual({ odd: 2 });
  });

  it('are equal whatever the order of their fields', () => {
    expect(same({ a: [1, { b: 2 }], c: null }, { c: null, a: [1, { b: 2 }] })).toBe(true);
    expect(same({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
    expect(differing({ a: 1, b: 2 }, { a: 1, c: 3 })).toEqual(['b', 'c']);
  });

  it('are shown in words: answers, conditions, buttons, lists, the rest as the files write it', () => {
    const answer = { kind: 'text', variants: [{ text: '好', when: { levels: ['5星'], products: [] }, buttons: [{ title: '查', payload: '/a' }] }, { text: '都好' }] };
    expect(shownValue(answer)).toBe('【5星】好\n[查] → /a\n都好');
    expect([shownValue({ kind: 'action', action: 'action_a' }), shownValue(['一', '二']), shownValue({ least: 19 }), shownValue(0), shownValue(null)]).toEqual(['action_a', '一\n二', '{least: 19}', '0', '']);
  });

  it('read hours and payloads', () => {
    expect(readHours('08:00-22:00')).toEqual({ from: '08:00', to: '22:00' });
    expect(readHours('closed')).toBeNull();
    expect(writeHours(null)).toBe('closed');
    expect(intentOfPayload('/query_bill')).toBe('query_bill');
    expect(intentOfPayload('/query_bill{"month":"10"}')).toBeNull();
    expect([goodName('ringtone_change'), goodName('换彩铃'), goodName('Ab')]).toEqual([true, false, false]);
  });
});

describe('the place in the address', () => {
  it.each([
    ['kb/intents/query_bill', { name: 'intents', kind: 'intent', key: 'query_bill' }],
    ['kb/content/case/%E6%9F%A5%E8%AF%9D%E8%B4%B9', { name: 'content', kind: 'case', key: '查话费' }],
    ['kb/content/intent/x', { name: 'content', kind: 'faq', key: 'x' }],
    ['kb', { name: 'inbox', kind: 'intent', key: '' }],
    ['kb/drafts/7', { name: 'drafts', kind: 'intent', key: '7' }],
    ['kb/intents/%E6%9', { name: 'intents', kind: 'intent', key: '%E6%9' }],
  ])('%j is %j', (hash, place) => {
    expect(readPlace(hash)).toEqual(place);
  });

  it('is written so that it is read again', () => {
    expect(readPlace(placeOf('case', '查/话费?'))).toEqual({ name: 'content', kind: 'case', key: '查/话费?' });
    expect(writePlace('inbox')).toBe('kb/inbox');
  });
});

describe('which intent a cluster belongs to', () => {
  const said = (guess: string | null, intent: string | null = null) => ({ guess, intent }) as InboxSentence;
  it('is what agents said before what the bot guessed, and nothing without a majority', () => {
    expect(likely([said('a'), said('a', 'b')])).toBe('b');
    expect(likely([said('a'), said('a'), said('c')])).toBe('a');
    expect(likely([said('a'), said('c')])).toBeNull();
    expect(likely([said(null), said(null), said('a')])).toBeNull();
  });
});

describe('what was typed and not saved', () => {
  it('is kept by person, draft and object until it is saved', () => {
    const store = memoryStore();
    const own = new Unsaved(store, '4');
    const kept = { value: { question: '？' }, version: 2, live: { question: '。' }, key: 'a' };
    own.keep('1', 'faq', 'a', kept);
    expect(own.read('1', 'faq', 'a')).toEqual(kept);
    expect([own.read('2', 'faq', 'a'), new Unsaved(store, '5').read('1', 'faq', 'a')]).toEqual([null, null]);
    own.keep('1', 'faq', 'a', null);
    expect(own.read('1', 'faq', 'a')).toBeNull();
  });

  it('holds what is written about a draft, until that has gone to the desk', () => {
    const store = memoryStore();
    const own = new Unsaved(store, '4');
    const remarks = { reasons: { 谢谢: '改由闲聊回答' }, note: '客户常问', review: '' };
    own.keepRemarks('1', remarks);
    expect(new Unsaved(store, '4').remarks('1')).toEqual(remarks);
    const nothing = { reasons: {}, note: '', review: '' };
    expect([own.remarks('2'), new Unsaved(store, '5').remarks('1')]).toEqual([nothing, nothing]);
    own.keepRemarks('1', null);
    expect(own.remarks('1')).toEqual(nothing);
  });
});
