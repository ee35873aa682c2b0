/** The one-time code in a text message, or null. */
export function codeIn(text: string): string | null {
  const near = /(?:验证码|校验码|code)\D{0,12}(\d{4,8})(?!\d)/i.exec(text);
  const alone = /(?<!\d)(\d{6})(?!\d)[^。]{0,10}(?:验证码|校验码)/.exec(text);
  return near?.[1] ?? alone?.[1] ?? null;
}
