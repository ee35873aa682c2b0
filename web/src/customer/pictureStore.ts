/** Pictures already at hand, as object URLs: what the customer sent, and what was fetched. */
import { ApiError } from '../shared/http';

const held = new Map<string, string>();

export const heldPicture = (key: string | undefined): string | null =>
  (key !== undefined && held.get(key)) || null;

export const holdPicture = (key: string, url: string): void => void held.set(key, url);

export function forgetPictures(): void {
  for (const url of held.values()) URL.revokeObjectURL(url);
  held.clear();
}

/** Fetches a picture of the conversation. The token goes to our own origin and nowhere else. */
export async function fetchPicture(url: string, token: string): Promise<string> {
  const address = new URL(url, window.location.origin);
  if (address.origin !== window.location.origin) throw new ApiError('network');
  const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new ApiError('http', response.status);
  const objectUrl = URL.createObjectURL(await response.blob());
  holdPicture(url, objectUrl);
  return objectUrl;
}
