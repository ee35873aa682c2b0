import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMock, type Mock } from '../dev/mock-server.mjs';
import { agentApi, staffApi } from '../src/agent/api';
import { Client } from '../src/agent/client';
import { Desk } from '../src/agent/desk';
import { Keep } from '../src/agent/keep';
import type { Live, OpenLive } from '../src/agent/live';
import { memoryStore } from '../src/shared/storage';

const CHAT = '11';
const realFetch = globalThis.fetch;

let mock: Mock;
let origin: string;
let client: Client;
let cookie = '';
let rung: string[];
let lost: number;
let desks: Desk[];
const store = memoryStore();

/** The browser's cookie jar, which Node has not. */
const withCookie: typeof fetch = async (input, init = {}) => {
  const response = await realFetch(input, { ...init, headers: { ...init.headers, Cookie: cookie } });
  cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
  return response;
};

const live: OpenLive = (csrf, handlers): Live => {
  const socket = io(`${origin}/agent`, {
    auth: { csrf },
    extraHeaders: { Cookie: cookie },
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 20,
  });
  socket.on('connect', handlers.connected);
  socket.on('disconnect', (reason) => {
    handlers.disconnected();
    if (reason === 'io server disconnect') handlers.refused();
  });
  for (const name of ['message', 'note', 'chats', 'offer', 'queue', 'presence', 'read', 'proposal'] as const)
    socket.on(name, (value: unknown) => handlers.event(name, value));
  return { connect: () => void socket.connect(), close: () => void socket.disconnect(), emit: () => undefined, watch: () => undefined };
};

function openDesk(): Desk {
  const desk = new Desk(agentApi(client), {
    openLive: live,
    csrf: () => client.proof,
    keep: new Keep(store, '2'),
    ring: (what) => rung.push(what),
    looking: () => true,
  });
  desks.push(desk);
  desk.start();
  return desk;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 20 });
const lines = (desk: Desk): string[] => desk.getState().rooms[CHAT]?.chat?.messages.map(({ text }) => text) ?? [];
const outbox = (desk: Desk) => desk.getState().rooms[CHAT]?.outbox ?? [];
const theChat = () => {
  const chat = mock.staff.chats.get(Number(CHAT));
  if (!chat) throw new Error('no chat');
  return chat;
};

beforeEach(async () => {
  mock = createMock();
  origin = `http://127.0.0.1:${await mock.listen(0)}`;
  vi.stubGlobal('fetch', withCookie);
  [cookie, rung, lost, desks] = ['', [], 0, []];
  store.remove('wanhao.agent.2.unsent');
  client = new Client(origin);
  client.onLost = () => (lost += 1);
  client.keep((await staffApi(client).login('2001', 'demo')).csrf);
});

afterEach(async () => {
  for (const desk of desks) desk.stop();
  vi.unstubAllGlobals();
  await mock.close();
});

describe('the desk of an agent', () => {
  it('shows offered chats first, opens the first own chat, and rings once for an offer', async () => {
    const desk = openDesk();
    await until(() => expect(desk.getState().rooms[CHAT]?.status).toBe('ready'));
    expect(desk.getState().view?.chats.map(({ state }) => state)).toEqual(['offered', 'active', 'active', 'active']);
    expect(desk.getState().open).toBe(CHAT);
    await desk.refresh();
    expect(rung).toEqual(['offer']);
  });

  it('says of what it asks by itself that nobody has pressed anything', async () => {
    const used: string[] = [];
    vi.stubGlobal('fetch', ((url, init = {}) => {
      if (!new Headers(init.headers).has('X-Background')) used.push(String(url).replace(origin, ''));
      return withCookie(url, init);
    }) satisfies typeof fetch);
    const desk = openDesk();
    await until(() => expect(desk.getState().rooms[CHAT]?.suggestions.length).toBeGreaterThan(0));
    await until(() => expect(desk.getState().canned.length).toBeGreaterThan(0));
    used.length = 0;
    await desk.catchUp();
    await new Promise((done) => setTimeout(done, 600));
    expect(used).toEqual([]);
    desk.say(CHAT, '您好');
    await until(() => expect(used).toEqual([`/api/agent/v1/chats/${CHAT}/messages`]));
  });

  it('says what a customer meant where the bot was wrong, also that it was none of what it knows', async () => {
    const api = agentApi(client);
    const [first] = await api.intents();
    await api.correct(CHAT, 3, first?.name ?? '');
    await api.correct(CHAT, 5, null);
    expect(theChat().corrections).toEqual([
      { seq: 3, intent: 'query_balance' },
      { seq: 5, intent: null },
    ]);
  });

  it('sends a line that then stands once in the transcript', async () => {
    const desk = openDesk();
    await until(() => expect(desk.getState().rooms[CHAT]?.status).toBe('ready'));
    desk.say(CHAT, '马上为您查');
    expect(outbox(desk)).toHaveLength(1);
    await until(() => expect(outbox(desk)).toHaveLength(0));
    await until(() => expect(desk.getState().connection).toBe('online'));
    expect(lines(desk).filter((text) => text === '马上为您查')).toHaveLength(1);
  });

  it('keeps a line that failed, holds the later one back, and sends both in order under their ids', async () => {
    const desk = openDesk();
    await until(() => expect(desk.getState().rooms[CHAT]?.status).toBe('ready'));
    desk.say(CHAT, '第一句失败');
    desk.say(CHAT, '第二句');
    await until(() => expect(outbox(desk)[0]?.state).toBe('failed'));
    expect(outbox(desk)).toHaveLength(2);
    const id = outbox(desk)[0]?.clientId ?? '';
    desk.retry(CHAT, id);
    await until(() => expect(outbox(desk)).toHaveLength(0));
    expect(lines(desk).slice(-2)).toEqual(['第一句失败', '第二句']);
    expect(theChat().messages.filter(({ client_id }) => client_id?.endsWith(id))).toHaveLength(1);
  });

  it('lets later lines go when the failed one is taken back', async () => {
    const desk = openDesk();
    await until(() => expect(desk.getState().rooms[CHAT]?.status).toBe('ready'));
    desk.say(CHAT, '这句失败');
    desk.say(CHAT, '后一句');
    await until(() => expect(outbox(desk)[0]?.state).toBe('failed'));
    desk.takeBack(CHAT, outbox(desk)[0]?.clientId ?? '');
    await until(() => expect(outbox(desk)).toHaveLength(0));
    expect(lines(desk)).toContain('后一句');
    expect(lines(desk)).not.toContain('这句失败');
  });

  it('sends what was left unsent when the page is opened again', async () => {
    const first = openDesk();
    await until(() => expect(first.getState().rooms[CHAT]?.status).toBe('ready'));
    first.say(CHAT, '还没发出，失败');
    await until(() => expect(outbox(first)[0]?.state).toBe('failed'));
    first.stop();
    const second = openDesk();
    await until(() => expect(lines(second)).toContain('还没发出，失败'));
    expect(outbox(second)).toHaveLength(0);
  });

  it('fetches what was said while the socket was down', async () => {
    const desk = openDesk();
    await until(() => expect(desk.getState().connection).toBe('online'));
    await until(() => expect(desk.getState().rooms[CHAT]?.status).toBe('ready'));
    mock.staff.cut();
    await until(() => expect(desk.getState().connection).toBe('reconnecting'));
    mock.staff.say(theChat(), { role: 'customer', text: '还在吗' });
    await until(() => expect(lines(desk)).toContain('还在吗'));
  });

  it('rings for a customer who writes in a chat that is not open', async () => {
    const desk = openDesk();
    await until(() => expect(desk.getState().connection).toBe('online'));
    await until(() => expect(desk.getState().view).not.toBeNull());
    rung = [];
    const other = mock.staff.chats.get(13);
    if (!other) throw new Error('no chat');
    mock.staff.say(other, { role: 'customer', text: '在吗' });
    await until(() => expect(rung).toEqual(['line']));
    mock.staff.say(theChat(), { role: 'customer', text: '你好' });
    await until(() => expect(lines(desk)).toContain('你好'));
    expect(rung).toEqual(['line']);
  });

  it('says that the session is lost and keeps the line', async () => {
    const desk = openDesk();
    await until(() => expect(desk.getState().rooms[CHAT]?.status).toBe('ready'));
    const session = cookie;
    cookie = '';
    desk.say(CHAT, '登录失效前写的');
    await until(() => expect(outbox(desk)[0]?.state).toBe('failed'));
    expect(lost).toBeGreaterThan(0);
    cookie = session;
    desk.resume();
    await until(() => expect(lines(desk)).toContain('登录失效前写的'));
  });
});
