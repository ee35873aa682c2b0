/** The quality board's part of the supervisor API. */
import { query, type Client } from '../agent/client';
import { readQualityBoard, readTalks, readWholeTalk } from './contract';

const ROOT = '/api/supervisor/v1/quality-board';

/** Days, both included, and a channel ('' for all). */
export interface Scope {
  from: string;
  to: string;
  channel: string;
}

/** Whose conversations are listed: a figure's, on some days, with a key of a list if one is given. */
export interface Behind extends Scope {
  figure: string;
  key?: string;
  title: string;
}

export const boardCsvUrl = (scope: Scope): string => `${ROOT}.csv${query({ ...scope })}`;

export function qualityBoardApi(client: Client) {
  return {
    qualityBoard: async (scope: Scope, background = false) =>
      readQualityBoard(await client.get(`${ROOT}${query({ ...scope })}`, background)),
    talks: async ({ title: _, key, ...behind }: Behind, offset: number, limit: number) => {
      // An empty key is one: what is not sorted yet.
      const which = key === undefined ? '' : `&key=${encodeURIComponent(key)}`;
      return readTalks(await client.get(`${ROOT}/conversations${query({ ...behind, offset, limit })}${which}`));
    },
    talk: async (conversation: string) =>
      readWholeTalk(await client.get(`${ROOT}/conversations/${encodeURIComponent(conversation)}`)),
  };
}
