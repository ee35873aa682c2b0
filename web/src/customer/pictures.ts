/** Which pictures may be sent: the desk's rules, checked before anything is uploaded. */
import { T } from './texts';

export const PICTURE_LIMIT = 5 * 1024 * 1024;
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

/** The type that the first bytes tell, whatever the file is called. */
export function sniff(head: Uint8Array): string | null {
  const ascii = String.fromCharCode(...head.subarray(0, 12));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg';
  if (ascii.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (ascii.startsWith('GIF87a') || ascii.startsWith('GIF89a')) return 'image/gif';
  if (ascii.startsWith('RIFF') && ascii.slice(8, 12) === 'WEBP') return 'image/webp';
  return null;
}

/** A sentence that says what is wrong with the picture, or null. */
export async function checkPicture(file: Blob): Promise<string | null> {
  if (file.type && !PICTURE_TYPES.includes(file.type)) return T.picture.wrongType;
  if (file.size === 0) return T.picture.empty;
  if (file.size > PICTURE_LIMIT) {
    return T.picture.tooLarge((Math.ceil((file.size / 1024 / 1024) * 10) / 10).toFixed(1));
  }
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  return sniff(head) ? null : T.picture.wrongType;
}
