/** The staff APIs as the workbench uses them. */
import { query, type Client } from './client';
import {
  readChat,
  readColleagues,
  readDemoStaff,
  readDesk,
  readIntents,
  readMe,
  readNews,
  readOwnHistory,
  readPresence,
  readStaffMessage,
  type PresenceState,
  type StaffMessage,
} from './contract';
import {
  readCanned,
  readCatalogue,
  readCustomer,
  readDraftTicket,
  readFound,
  readOffer,
  readOffers,
  readProposal,
  readProposals,
  readRevealed,
  readSuggestions,
  readTicketReceipt,
} from './contractCustomer';

const UPLOAD_TIMEOUT_MS = 90_000;
const AGENT = '/api/agent/v1';
const STAFF = '/api/staff/v1';
const id = encodeURIComponent;

export interface WrapUp {
  reason: string;
  result: string;
  note: string;
  survey: boolean;
}

export interface Wanted {
  offer?: string;
  offering?: string;
  action?: 'add' | 'modify' | 'delete';
  line?: string;
}

export interface SearchWords {
  q: string;
  from: string;
  to: string;
  group: string;
  result: string;
  page: number;
}

export type Revealing = 'number' | 'contact' | 'name' | 'address';

export function staffApi(client: Client) {
  return {
    login: async (login: string, password: string) =>
      readMe(await client.post(`${STAFF}/login`, { login, password })),
    logout: () => client.post(`${STAFF}/logout`),
    me: async () => readMe(await client.get(`${STAFF}/me`)),
    password: (old: string, fresh: string) =>
      client.post(`${STAFF}/password`, { old, new: fresh }),
    demo: async () => readDemoStaff(await client.get('/api/v1/demo/staff')),
  };
}

export function agentApi(client: Client) {
  const chat = (handover: string, rest = ''): string => `${AGENT}/chats/${id(handover)}${rest}`;
  const one = (value: unknown): StaffMessage | null => readStaffMessage(value);
  return {
    // What the page asks by itself to keep in step (`background`) never counts as use of the login.
    desk: async () => readDesk(await client.get(`${AGENT}/desk`, true)),
    presence: async (state: PresenceState) =>
      readPresence(await client.post(`${AGENT}/presence`, { state })),
    accept: async (handover: string) => readChat(await client.post(chat(handover, '/accept'))),
    decline: (handover: string) => client.post(chat(handover, '/decline')),
    take: async (handover: string) =>
      readChat(await client.post(`${AGENT}/queue/${id(handover)}/take`)),
    chat: async (handover: string) => readChat(await client.get(chat(handover))),
    news: async (handover: string, after: number) =>
      readNews(await client.get(chat(handover, `/messages?after=${after}`), true)),
    say: async (handover: string, clientId: string, text: string) =>
      one(await client.post(chat(handover, '/messages'), { client_id: clientId, text })),
    async picture(handover: string, clientId: string, file: File) {
      const body = new FormData();
      body.append('client_id', clientId);
      body.append('file', file, file.name);
      const options = { method: 'POST', body, timeoutMs: UPLOAD_TIMEOUT_MS } as const;
      return one(await client.call(chat(handover, '/pictures'), options));
    },
    read: (handover: string, seq: number) =>
      client.call(chat(handover, '/read'), { method: 'POST', body: { seq }, background: true }),
    /** What a customer's line meant; null: none of them. */
    correct: (handover: string, seq: number, intent: string | null) =>
      client.post(chat(handover, '/corrections'), { seq, intent }),
    intents: async () => readIntents(await client.get(`${AGENT}/intents`)),
    transfer: (handover: string, to: { staff: string | null; group: string | null }, note: string) =>
      client.post(chat(handover, '/transfer'), { ...to, note }),
    close: (handover: string, wrapUp: WrapUp) => client.post(chat(handover, '/close'), wrapUp),
    colleagues: async () => readColleagues(await client.get(`${AGENT}/colleagues`)),
    history: async () => readOwnHistory(await client.get(`${AGENT}/history?limit=50`)),

    customer: async (handover: string, fresh = false) =>
      readCustomer(await client.get(chat(handover, `/customer${fresh ? '?fresh=true' : ''}`))),
    reveal: async (handover: string, what: Revealing, why: string) =>
      readRevealed(await client.post(chat(handover, '/reveal'), { what, why })),
    suggestions: async (handover: string) =>
      readSuggestions(await client.get(chat(handover, '/suggestions'), true)),
    canned: async () => readCanned(await client.get(`${AGENT}/canned`)),
    offers: async (handover: string) => readOffers(await client.get(chat(handover, '/offers'))),
    outcome: async (handover: string, offer: string, outcome: string, reason: string) =>
      readOffer(
        await client.post(chat(handover, `/offers/${id(offer)}/outcome`), { outcome, reason }),
      ),
    proposals: async (handover: string) =>
      readProposals(await client.get(chat(handover, '/proposals'))),
    propose: async (handover: string, wanted: Wanted) =>
      readProposal(await client.post(chat(handover, '/proposals'), wanted)),
    withdraw: async (handover: string, proposal: string) =>
      readProposal(await client.post(chat(handover, `/proposals/${id(proposal)}/withdraw`))),
    ticketDraft: async (handover: string) =>
      readDraftTicket(await client.get(chat(handover, '/ticket-draft'))),
    newTicket: async (
      handover: string,
      ticket: { kind: string; title: string; description: string; severity: string; client_id: string },
    ) => readTicketReceipt(await client.post(chat(handover, '/tickets'), ticket)),
    ticketNote: (handover: string, ticket: string, text: string, clientId: string) =>
      client.post(chat(handover, `/tickets/${id(ticket)}/notes`), { text, client_id: clientId }),
    catalogue: async (q: string) => readCatalogue(await client.get(`${AGENT}/catalogue${query({ q })}`)),
    search: async (words: SearchWords) =>
      readFound(await client.get(`${AGENT}/search${query({ ...words })}`)),
  };
}

export type StaffApi = ReturnType<typeof staffApi>;
export type AgentApi = ReturnType<typeof agentApi>;

/** Where a picture of a chat is read: the customer's own address needs the customer's token. */
export function pictureUrl(handover: string, url: string): string {
  if (url.startsWith(AGENT)) return url;
  const name = url.split('/').pop() ?? '';
  return `${AGENT}/chats/${id(handover)}/pictures/${id(name)}`;
}
