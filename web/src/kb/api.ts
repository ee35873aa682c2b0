/** The editors' API (/api/kb/v1) as these pages use it. */
import { query, type Client } from '../agent/client';
import {
  readDraft,
  readDraftCard,
  readDraftFindings,
  readEntities,
  readFindings,
  isLoading,
  readImported,
  readInbox,
  readJob,
  readObject,
  readOverview,
  readRefactored,
  readRelease,
  readReleases,
  readRows,
  readTry,
  readUndone,
  readVersion,
  readVocabulary,
  type Kind,
  type Row,
  type Value,
} from './contract';
import { ApiError } from '../shared/http';
import { listOf } from '../shared/read';

const ROOT = '/api/kb/v1';
const PAGE = 500;
const UPLOAD_TIMEOUT_MS = 120_000;
/** The author process may have a model to load, or all sentences to read, first. */
const CHECK_TIMEOUT_MS = 60_000;
const TRY_TIMEOUT_MS = 40_000;
const LOADING_MS = 3_000;
const MOST_ASKED = 20;
const id = encodeURIComponent;

export interface InboxFilter {
  state: string;
  reason: string;
  q: string;
  offset: number;
  limit: number;
}
export interface Refactoring {
  action: 'rename' | 'merge' | 'split' | 'delete';
  intent: string;
  to?: string;
  sentences?: string[];
}

export function kbApi(client: Client) {
  const draft = (one: string, rest = ''): string => `${ROOT}/drafts/${id(one)}${rest}`;
  const object = (kind: Kind, key: string): string => `/objects/${kind}/${id(key)}`;
  const slowly = (url: string, body: unknown, timeoutMs: number, background = false): Promise<unknown> =>
    client.call(url, { method: 'POST', body, timeoutMs, background });
  /** Asks again while the author says that it is still reading; without an answer at last it is as a timeout. */
  const checked = async (url: string, body: unknown, background = false): Promise<unknown> => {
    for (let asked = 1; ; asked += 1) {
      const answer = await slowly(url, body, CHECK_TIMEOUT_MS, background || asked > 1);
      if (!isLoading(answer)) return answer;
      if (asked >= MOST_ASKED) throw new ApiError('timeout');
      await new Promise((resolve) => setTimeout(resolve, LOADING_MS));
    }
  };
  const page = async (kind: Kind, draftId: string, offset: number) =>
    readRows(await client.get(`${ROOT}/objects${query({ kind, draft: draftId, offset, limit: PAGE })}`));
  return {
    overview: async () => readOverview(await client.get(`${ROOT}/overview`, true)),
    vocabulary: async () => readVocabulary(await client.get(`${ROOT}/words`)),

    drafts: async (state = '') => listOf(readDraftCard)(await client.get(`${ROOT}/drafts${query({ state })}`, true)),
    newDraft: async (key: string, title: string) => readDraft(await client.post(`${ROOT}/drafts`, { key, title })),
    draft: async (one: string, background = false) => readDraft(await client.get(draft(one), background)),
    rename: (one: string, title: string) => client.patch(draft(one), { title }),
    discard: (one: string) => client.post(draft(one, '/discard')),
    undo: async (one: string) => readUndone(await client.post(draft(one, '/undo'))),
    train: async (one: string, key: string) => readJob(await client.post(draft(one, '/train'), { key })),
    submit: (one: string, note: string, reasons: Record<string, string>) =>
      slowly(draft(one, '/submit'), { note, reasons }, CHECK_TIMEOUT_MS),
    approve: (one: string, note: string) => client.post(draft(one, '/approve'), { note }),
    reject: (one: string, note: string) => client.post(draft(one, '/reject'), { note }),
    publish: async (one: string, key: string) => readJob(await client.post(draft(one, '/publish'), { key })),
    checkDraft: async (one: string) => readDraftFindings(await checked(draft(one, '/check'), {})),
    job: async (one: string) => readJob(await client.get(`${ROOT}/jobs/${id(one)}`, true)),
    cancel: async (one: string) => readJob(await client.post(`${ROOT}/jobs/${id(one)}/cancel`)),

    /** All objects of a kind, with the draft's changes. */
    async rows(kind: Kind, draftId: string): Promise<Row[]> {
      const first = await page(kind, draftId, 0);
      const rows = [...first.rows];
      while (rows.length < first.count) {
        const more = await page(kind, draftId, rows.length);
        if (more.rows.length === 0) break;
        rows.push(...more.rows);
      }
      return rows;
    },
    object: async (kind: Kind, key: string, draftId: string) =>
      readObject(await client.get(`${ROOT}${object(kind, key)}${query({ draft: draftId })}`)),
    /** `base`: the live value that the change began with, where the draft does not hold the object yet, or a conflict is decided. */
    save: async (draftId: string, kind: Kind, key: string, value: Value | null, version: number, base?: Value | null) =>
      readVersion(await client.put(draft(draftId, object(kind, key)), { value, version, ...(base === undefined ? {} : { base }) })),
    check: async (draftId: string, kind: Kind, key: string, value: Value, background: boolean) =>
      readFindings(
        await checked(`${ROOT}/check`, { ...(draftId ? { draft: Number(draftId) } : {}), kind, key, value }, background),
      ),
    entities: async (text: string) => readEntities(await client.post(`${ROOT}/entities`, { text })),
    refactor: async (draftId: string, what: Refactoring, dry: boolean) =>
      readRefactored(await client.post(draft(draftId, '/refactor'), { ...what, dry })),
    tryOut: async (draftId: string, text: string) =>
      readTry(await slowly(draftId ? draft(draftId, '/try') : `${ROOT}/try`, { text }, TRY_TIMEOUT_MS)),

    exportUrl: (kind: Kind, format: 'yaml' | 'xlsx', draftId: string) =>
      `${ROOT}/export${query({ kind, format, draft: draftId })}`,
    async importFile(draftId: string, kind: Kind, file: File) {
      const form = new FormData();
      form.append('file', file);
      form.append('kind', kind);
      return readImported(
        await client.call(draft(draftId, '/import'), { method: 'POST', body: form, timeoutMs: UPLOAD_TIMEOUT_MS }),
      );
    },

    // Asked every so often by the page itself, as drafts are.
    inbox: async (filter: InboxFilter) => readInbox(await client.get(`${ROOT}/inbox${query({ ...filter })}`, true)),
    assign: (sentences: string[], draftId: string, intent: string) =>
      client.post(`${ROOT}/inbox/assign`, { sentences: sentences.map(Number), draft: Number(draftId), intent }),
    dismiss: (sentences: string[]) => client.post(`${ROOT}/inbox/dismiss`, { sentences: sentences.map(Number) }),
    reopen: (sentences: string[]) => client.post(`${ROOT}/inbox/reopen`, { sentences: sentences.map(Number) }),

    releases: async () => readReleases(await client.get(`${ROOT}/releases`)),
    release: async (one: string) => readRelease(await client.get(`${ROOT}/releases/${id(one)}`)),
    rollBack: async (key: string, release: string, reason: string) =>
      readJob(await client.post(`${ROOT}/rollback`, { key, release: Number(release), reason })),
  };
}

export type KbApi = ReturnType<typeof kbApi>;
