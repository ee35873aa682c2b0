/** The desk's REST API as the customer page uses it. */
import {
  readCredentials,
  readDemoCustomers,
  readDemoSms,
  readHistory,
  readMessages,
  readPageTexts,
  type Credentials,
  type DemoCustomer,
  type DemoSms,
  type History,
  type Message,
  type PageTexts,
} from '../shared/contract';
import { ApiError, httpError, requestJson } from '../shared/http';
import { FALLBACK_PAGE } from './texts';

export type Words = { client_id: string } & ({ text: string } | { choice: string });

export interface ChatApi {
  create(): Promise<Credentials>;
  /** Gives up a place in the queue; nobody waits for the answer, so a failure is swallowed. */
  close(who: Credentials): void;
  history(who: Credentials, after: number): Promise<History>;
  sendWords(who: Credentials, words: Words): Promise<Message[]>;
  /** Whether an answer of the bot's was of use. */
  rate(who: Credentials, seq: number, good: boolean): Promise<void>;
  sendPicture(
    who: Credentials,
    clientId: string,
    file: File,
    onProgress: (part: number) => void,
  ): Promise<Message[]>;
}

export interface DemoApi {
  enabled(): Promise<boolean>;
  customers(): Promise<DemoCustomer[]>;
  sms(number: string): Promise<DemoSms[]>;
}

const UPLOAD_TIMEOUT_MS = 90_000;

export function chatApi(origin = ''): ChatApi {
  const root = `${origin}/api/v1/conversations`;
  const path = (who: Credentials, rest: string): string => `${root}/${encodeURIComponent(who.id)}/${rest}`;
  return {
    async create() {
      const credentials = readCredentials(await requestJson(root, { method: 'POST', body: {} }));
      if (!credentials) throw new ApiError('network');
      return credentials;
    },
    close(who) {
      const headers = { Authorization: `Bearer ${who.token}` };
      void fetch(path(who, 'close'), { method: 'POST', headers, keepalive: true }).catch(() => undefined);
    },
    async history(who, after) {
      const url = path(who, `messages?after=${after}`);
      return readHistory(await requestJson(url, { token: who.token }));
    },
    async sendWords(who, words) {
      const url = path(who, 'messages');
      return readMessages(await requestJson(url, { method: 'POST', token: who.token, body: words }));
    },
    async rate(who, seq, good) {
      const url = path(who, `messages/${seq}/feedback`);
      await requestJson(url, { method: 'POST', token: who.token, body: { good } });
    },
    sendPicture: (who, clientId, file, onProgress) =>
      upload(path(who, 'pictures'), who.token, clientId, file, onProgress),
  };
}

/** XMLHttpRequest, because fetch cannot tell how far an upload has come. */
function upload(
  url: string,
  token: string,
  clientId: string,
  file: File,
  onProgress: (part: number) => void,
): Promise<Message[]> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('client_id', clientId);
    form.append('file', file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.responseType = 'json';
    request.timeout = UPLOAD_TIMEOUT_MS;
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new ApiError('network'));
    request.ontimeout = () => reject(new ApiError('timeout'));
    request.onload = () => {
      if (request.status < 300) resolve(readMessages(request.response));
      else reject(httpError(request.status, request.response));
    };
    request.send(form);
  });
}

export async function pageTexts(): Promise<PageTexts> {
  return readPageTexts(await requestJson('/api/v1/page'), FALLBACK_PAGE);
}

export const demoApi: DemoApi = {
  async enabled() {
    const answer = (await requestJson('/api/v1/demo')) as { demo?: unknown } | null;
    return answer?.demo === true;
  },
  customers: async () => readDemoCustomers(await requestJson('/api/v1/demo/customers')),
  sms: async (number) =>
    readDemoSms(await requestJson(`/api/v1/demo/sms?number=${encodeURIComponent(number)}`)),
};
