import { describe, expect, it } from 'vitest';
import { linkParts } from '../src/shared/links';

const addresses = (text: string): string[] => linkParts(text).flatMap((part) => part.href ?? []);

describe('addresses in a sentence', () => {
  it.each([
    ['请打开链接支付：http://127.0.0.1:8100/operator/v1/payment/TB1', 'http://127.0.0.1:8100/operator/v1/payment/TB1'],
    ['打开https://pay.example.cn/p?id=1&x=2。谢谢', 'https://pay.example.cn/p?id=1&x=2'],
    ['请看 https://example.cn/a.', 'https://example.cn/a'],
    ['（https://example.cn/a）', 'https://example.cn/a'],
  ])('%s has one', (text, address) => {
    expect(addresses(text)).toEqual([address]);
  });

  it.each(['javascript:alert(1)', 'ftp://example.cn', 'www.example.cn', 'http://', '话费余额是52.30元。'])(
    '%s has none',
    (text) => {
      expect(addresses(text)).toEqual([]);
    },
  );

  it('lets no markup into an address', () => {
    expect(addresses('http://a.cn/"onclick=x<script>')).toEqual(['http://a.cn/']);
  });

  it('loses nothing of the text', () => {
    const text = '一http://a.cn二https://b.cn/，三';
    expect(linkParts(text).map((part) => part.text)).toEqual(['一', 'http://a.cn', '二', 'https://b.cn/', '，三']);
  });
});
