import { vi } from 'vitest';
import { staffApi } from '../src/agent/api';
import { Client } from '../src/agent/client';
import { kbApi, type KbApi } from '../src/kb/api';

const realFetch = globalThis.fetch;

/** An editor's page: each with a cookie jar of its own, which Node has not. */
export async function enterAt(origin: string, login: string): Promise<KbApi> {
  let cookie = '';
  const client = new Client(origin);
  const withCookie =
    <Answer>(deed: () => Promise<Answer>) =>
    async (): Promise<Answer> => {
      vi.stubGlobal('fetch', async (input: string, init: RequestInit = {}) => {
        const response = await realFetch(input, { ...init, headers: { ...init.headers, Cookie: cookie } });
        cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
        return response;
      });
      return deed();
    };
  const me = await withCookie(() => staffApi(client).login(login, 'demo'))();
  client.keep(me.csrf);
  const api = kbApi(client);
  const bound = Object.entries(api).map(([name, deed]) => [
    name,
    (...given: unknown[]) => withCookie(() => Promise.resolve((deed as (...all: unknown[]) => unknown)(...given)))(),
  ]);
  return Object.fromEntries(bound) as KbApi;
}
