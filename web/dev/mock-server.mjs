/**
 * A stand-in for the desk, by its public contract, for working on the pages and for their tests.
 * `npm run mock`, then `npm run dev` (or open the mock itself: it serves dist/ under a strict CSP).
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Server } from 'socket.io';
import { createStaffDesk } from './mock-desk.mjs';
import { CUSTOMERS, reply } from './mock-script.mjs';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'";
// As the desk says it: the workbench's components write their styles into the page.
const STAFF_CSP = "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'";

const readBody = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const failure = (status, code, message) => ({ status, body: { error: { code, message } } });

export function createMock() {
  const conversations = new Map();
  const sms = [];
  const http = createServer((request, response) => {
    handle(request).then(
      ({ status = 200, body, raw, type = 'application/json', headers = {} }) => {
        response.writeHead(status, { 'Content-Type': type, ...headers });
        response.end(raw ?? JSON.stringify(body));
      },
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  const io = new Server(http);
  const staff = createStaffDesk(io);
  const chat = io.of('/chat');
  const byToken = (token) => [...conversations.values()].find((one) => one.token === token);
  chat.use((socket, next) => (byToken(socket.handshake.auth.token) ? next() : next(new Error('unauthorized'))));
  chat.on('connection', (socket) => socket.join(byToken(socket.handshake.auth.token).id));

  const say = (one, message) => {
    const full = { seq: one.messages.length + 1, text: '', choices: [], card: null, at: new Date().toISOString(), ...message };
    one.messages.push(full);
    chat.to(one.id).emit('message', full);
    return full;
  };
  const setMode = (one, mode, queue = null) => {
    Object.assign(one, { mode, queue });
    chat.to(one.id).emit('mode', { mode });
    chat.to(one.id).emit('queue', queue);
  };

  async function turn(one, clientId, mine, words) {
    if (one.answers.has(clientId)) return { body: { messages: await one.answers.get(clientId) } };
    const answer = (async () => {
      say(one, { role: 'customer', client_id: clientId, ...mine });
      if (one.mode === 'human') return [];
      chat.to(one.id).emit('typing', { on: true, role: 'bot' });
      await new Promise((resolve) => setTimeout(resolve, one.delay));
      chat.to(one.id).emit('typing', { on: false, role: 'bot' });
      const { messages, mode, queue, text } = reply(words, one);
      if (text) sms.push({ id: randomUUID(), at: new Date().toISOString(), ...text });
      const sent = messages.map((message) => say(one, message));
      if (mode) setMode(one, mode, queue);
      return sent;
    })();
    one.answers.set(clientId, answer);
    return { body: { messages: await answer } };
  }

  async function handle(request) {
    const url = new URL(request.url, 'http://mock');
    const path = url.pathname;
    if (!path.startsWith('/api/')) return page(path);
    const told = staff.answer(request, url, /^\/api\/v1\/conv/.test(path) ? '' : await readBody(request));
    if (told) return told;
    if (path === '/api/v1/page') return { body: { title: '万号智能客服' } };
    if (path === '/api/v1/demo') return { body: { demo: true } };
    if (path === '/api/v1/demo/customers') return { body: CUSTOMERS };
    if (path === '/api/v1/demo/sms') return { body: sms.filter((one) => one.number === url.searchParams.get('number')) };
    if (path === '/api/v1/conversations' && request.method === 'POST') {
      const one = { id: randomUUID(), token: randomUUID(), messages: [], mode: 'bot', queue: null, answers: new Map(), pictures: [], ratings: [], delay: 600 };
      conversations.set(one.id, one);
      return { status: 201, body: { id: one.id, token: one.token } };
    }
    const rated = /^\/api\/v1\/conversations\/([^/]+)\/messages\/(\d+)\/feedback$/.exec(path);
    if (rated && request.headers.authorization === `Bearer ${conversations.get(rated[1])?.token}`) {
      conversations.get(rated[1]).ratings.push({ seq: Number(rated[2]), ...JSON.parse((await readBody(request)).toString()) });
      return { status: 204, raw: '' };
    }
    const [, id, rest, name] = /^\/api\/v1\/conversations\/([^/]+)\/(messages|pictures)(?:\/(\d+))?$/.exec(path) ?? [];
    const one = conversations.get(id);
    if (!one || request.headers.authorization !== `Bearer ${one.token}`) return failure(401, 'unauthorized', '会话已过期，请重新开始');
    if (rest === 'pictures' && request.method === 'GET') return { raw: one.pictures[name], type: 'image/png' };
    if (request.method === 'GET') {
      const after = Number(url.searchParams.get('after') ?? 0);
      return { body: { messages: one.messages.filter(({ seq }) => seq > after), mode: one.mode, queue: one.queue } };
    }
    const body = await readBody(request);
    if (rest === 'pictures') {
      const clientId = /name="client_id"\r\n\r\n([^\r]+)/.exec(body.toString('latin1'))[1];
      const start = body.indexOf('\r\n\r\n', body.indexOf('filename=')) + 4;
      const number = one.pictures.push(body.subarray(start, body.lastIndexOf('\r\n--'))) - 1;
      return turn(one, clientId, { card: { kind: 'picture', url: `${path}/${number}` } }, '图片');
    }
    const { client_id, text, choice } = JSON.parse(body.toString());
    if ([...(text ?? '')].length > 1000) return failure(413, 'too_long', '内容太长了，请控制在1000字以内');
    if (text === '太快') return failure(429, 'too_fast', '您发送得太快了，请稍等几秒再试');
    const title = one.messages.flatMap(({ choices }) => choices).find((item) => item.id === choice)?.title;
    return turn(one, client_id, { text: text ?? title ?? '' }, text ?? title ?? '');
  }

  async function page(path) {
    const file = normalize(join(DIST, { '/': 'index.html', '/agent': 'agent.html', '/kb': 'agent.html', '/board': 'agent.html' }[path] ?? path));
    if (!file.startsWith(DIST)) return failure(404, 'not_found', '没有这个页面');
    const raw = await readFile(file).catch(() => null);
    if (!raw) return failure(404, 'not_found', '没有这个页面');
    return { raw, type: TYPES[extname(file)] ?? 'application/octet-stream', headers: { 'Content-Security-Policy': file.endsWith('agent.html') ? STAFF_CSP : CSP } };
  }

  return {
    http,
    conversations,
    staff,
    say,
    setMode,
    listen: (port) => new Promise((resolve) => http.listen(port, '127.0.0.1', () => resolve(http.address().port))),
    close: () => new Promise((resolve) => io.close(() => resolve())),
    /** Cuts every open socket, as a broken network would. */
    cut: () => chat.disconnectSockets(true),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const port = await createMock().listen(Number(process.env.PORT ?? 8000));
  console.log(`mock desk: http://127.0.0.1:${port}/`);
}
