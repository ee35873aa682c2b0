import { describe, expect, it } from 'vitest';
import { splitAmount } from '../src/customer/amount';
import { countCharacters, readDraft, sendsOn } from '../src/shared/compose';
import { searchCustomers } from '../src/customer/demoSearch';
import { checkPicture } from '../src/customer/pictures';
import { codeIn } from '../src/customer/sms';
import { maskNumber } from '../src/shared/mask';

describe('a draft', () => {
  it('counts characters as the desk does', () => {
    expect(countCharacters('话费😀')).toBe(3);
  });

  it.each([
    ['', false, false, 0],
    [' \n　', false, false, 0],
    ['余额', true, false, 0],
    ['字'.repeat(900), true, true, 0],
    ['字'.repeat(1000), true, true, 0],
    ['字'.repeat(1003), false, true, 3],
  ])('%#: may be sent %s, counter %s, over by %s', (raw, canSend, showCounter, over) => {
    expect(readDraft(raw)).toMatchObject({ canSend, showCounter, over });
  });

  it('is sent by Enter, not by Shift+Enter, nor while an input method composes', () => {
    const enter = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 };
    expect(sendsOn(enter)).toBe(true);
    expect(sendsOn({ ...enter, shiftKey: true })).toBe(false);
    expect(sendsOn({ ...enter, isComposing: true })).toBe(false);
    expect(sendsOn({ ...enter, keyCode: 229 })).toBe(false);
  });
});

describe('a picture', () => {
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
  it.each([
    ['a JPEG', new Blob([jpeg], { type: 'image/jpeg' }), null],
    ['text called a picture', new Blob(['hello'], { type: 'image/png' }), '仅支持 JPG、PNG、WebP、GIF 格式的图片'],
    ['a PDF', new Blob(['%PDF'], { type: 'application/pdf' }), '仅支持 JPG、PNG、WebP、GIF 格式的图片'],
    ['nothing', new Blob([], { type: 'image/png' }), '这张图片是空的，请换一张'],
    [
      'one byte too much',
      new Blob([jpeg, new Uint8Array(5 * 1024 * 1024 - 3)], { type: 'image/jpeg' }),
      '图片有 5.1 MB，超过了 5 MB，请压缩或截图后再发',
    ],
  ])('%s', async (_name, blob, sentence) => {
    expect(await checkPicture(blob)).toBe(sentence);
  });
});

describe('small things', () => {
  it.each([
    ['【中国电信】验证码 482913，5分钟内有效。', '482913'],
    ['您的验证码是：004821，请勿告诉他人', '004821'],
    ['482913 是您的验证码', '482913'],
    ['您于11月3日充值50元，余额106.20元', null],
    ['尾号18912345678的号码已停机', null],
  ])('%s → %s', (sms, code) => {
    expect(codeIn(sms)).toBe(code);
  });

  it('masks numbers', () => {
    expect(maskNumber('18912345678')).toBe('189****5678');
    expect(maskNumber('12345678')).toBe('12****78');
    expect(maskNumber('10000')).toBe('*****');
  });

  it('cuts amounts at their figures', () => {
    expect(splitAmount('¥1,128.50').map(({ text, big }) => [text, big])).toEqual([
      ['¥', false],
      ['1,128.50', true],
    ]);
    expect(splitAmount('-12.00元')[0]).toEqual({ text: '-12.00', big: true });
    expect(splitAmount('暂无')).toEqual([{ text: '暂无', big: true }]);
  });

  it('finds demo customers by every word', () => {
    const one = { number: '18912345671', name: '王建国', level: '2星级', tags: ['arrears'], story: '停机' };
    for (const query of ['', '王', '5671', '欠费', 'arrears 停机']) {
      expect(searchCustomers([one], query)).toEqual([one]);
    }
    expect(searchCustomers([one], '王 移机')).toEqual([]);
  });
});
