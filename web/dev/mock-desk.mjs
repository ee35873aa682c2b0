/** The staff side of the stand-in desk: login, chats, queue, customer, offers, supervisor; all in memory, lost at the end. */
import { randomUUID } from 'node:crypto';
import {
  CANNED, CATALOGUE, CUSTOMER, DRAFT, FORM, OFFERS, PEOPLE, SUGGESTIONS, TEXTS, board, opening, reports, waiting,
} from './mock-desk-script.mjs';
import { createKnowledge } from './mock-kb.mjs';

const failure = (status, code, message) => ({ status, body: { error: { code, message } } });
const none = { status: 204, raw: '' };
const now = () => new Date().toISOString();

export function createStaffDesk(io) {
  const knowledge = createKnowledge();
  const sessions = new Map();
  const chats = new Map(opening().map((chat) => [chat.card.handover, chat]));
  let queue = waiting();
  const presence = { state: 'ready', since: now(), missed: false };
  const shifts = [
    { id: '1', staff: '2', date: new Date().toISOString().slice(0, 10), start: '08:30', end: '17:30' },
    { id: '2', staff: '3', date: new Date().toISOString().slice(0, 10), start: '12:00', end: '21:00' },
  ];
  const closures = [{ date: '2027-01-01', name: '元旦', open: false, from: null, to: null }];
  const audit = [
    { id: 2, at: now(), staff: '王芳', action: 'reveal', subject: '会话 101', detail: 'number: 核对身份' },
    { id: 1, at: now(), staff: '王芳', action: 'login', subject: '2001', detail: '' },
  ];
  const agents = io.of('/agent');
  const sessionOf = (cookie = '') => sessions.get(/wanhao_staff=([^;]+)/.exec(cookie)?.[1]);
  agents.use((socket, next) => (sessionOf(socket.handshake.headers.cookie) ? next() : next(new Error('unauthorized'))));

  const say = (chat, message) => {
    const held = chat.messages.find(({ client_id }) => client_id && client_id === message.client_id);
    if (held) return held;
    const full = { seq: chat.messages.length + 1, text: '', choices: [], card: null, at: now(), staff: null, ...message };
    chat.messages.push(full);
    chat.card.last = { role: full.role, text: full.text, at: full.at };
    if (full.role === 'customer') Object.assign(chat.card, { last_customer_at: full.at, unread: chat.card.unread + 1 });
    else chat.card.answered_at ??= full.at;
    agents.emit('message', { handover: chat.card.handover, conversation: chat.card.conversation, message: full });
    return full;
  };
  const mayWrite = (chat) => Object.assign(chat, { mode: 'human', writable: true, card: Object.assign(chat.card, { state: 'active', accepted_at: now(), offered_until: null }) });
  const settle = (chat, proposal, state) => {
    Object.assign(proposal, { state, order: state === 'confirmed' ? 'DD20261126001' : null, receipt: state === 'confirmed' ? 'SL0007' : null });
    agents.emit('proposal', { handover: chat.card.handover, proposal });
  };

  function staffRoutes(method, path, body, request) {
    const session = sessionOf(request.headers.cookie);
    if (path === '/api/v1/demo/staff') return { body: PEOPLE.map(({ login, name, role }) => ({ login, name, role, password: 'demo' })) };
    if (path === '/api/staff/v1/login') {
      const staff = PEOPLE.find(({ login }) => login === body.login);
      if (body.login === 'locked') return failure(429, 'locked', '密码错误次数过多，请15分钟后再试');
      if (!staff || body.password !== 'demo') return failure(401, 'wrong_login', '工号或密码不正确');
      const id = randomUUID();
      sessions.set(id, { staff, csrf: randomUUID() });
      const headers = { 'Set-Cookie': `wanhao_staff=${id}; HttpOnly; SameSite=Strict; Path=/` };
      return { headers, body: { ...sessions.get(id), demo: true } };
    }
    if (!session) return failure(401, 'unauthorized', '请先登录');
    if (method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) return failure(403, 'forbidden', '请求已失效，请刷新页面');
    if (path === '/api/staff/v1/me') return { body: { ...session, demo: true } };
    if (path === '/api/staff/v1/logout') {
      for (const [id, one] of sessions) if (one === session) sessions.delete(id);
      return none;
    }
    if (path === '/api/staff/v1/password') return none;
    if (path === '/api/staff/v1/people') return { body: method === 'POST' ? { ...body, id: randomUUID(), active: true } : PEOPLE };
    if (path === '/api/staff/v1/audit') return { body: audit };
    if (path.startsWith('/api/staff/v1/people/')) return method === 'PATCH' ? { body: { ...PEOPLE[0], ...body } } : none;
    return null;
  }

  function agentRoutes(method, path, body, url, session) {
    const at = path.replace('/api/agent/v1', '');
    if (at === '/desk') return { body: { presence, chats: [...chats.values()].map(({ card }) => card), waiting: queue, texts: TEXTS } };
    if (at === '/presence') return { body: Object.assign(presence, { state: body.state, since: now(), missed: false }) };
    if (at === '/canned') return { body: CANNED };
    if (at === '/colleagues') return { body: PEOPLE.filter(({ role }) => role !== 'editor').map((one, index) => ({ ...one, state: ['ready', 'busy', 'break', 'offline'][index % 4], chats: index })) };
    if (at === '/history') return { body: [
      { handover: 101, topic_title: '宽带报障', number_mask: '189****1203', closed_at: now(), reason: 'fault', result: 'ticket', score: 5 },
      { handover: 102, topic_title: '账单疑问', number_mask: '133****8810', closed_at: now(), reason: 'bill', result: 'solved', score: null },
    ] };
    if (at === '/catalogue') return { body: CATALOGUE.filter(({ name }) => name.includes(url.searchParams.get('q'))) };
    if (at === '/search') return { body: { total: 1, rows: [{ handover: 101, conversation: 'c', at: now(), topic_title: '宽带报障', number_mask: '189****1203', agent: '王芳', group: 'fault', result: 'ticket', snippet: '…光猫红灯，重启后还是不行…' }] } };
    const [, taken] = /^\/queue\/(\w+)\/take$/.exec(at) ?? [];
    if (taken) {
      const card = queue.find(({ handover }) => String(handover) === taken);
      if (!card) return failure(409, 'moved_on', '这位客户已被其他同事接入');
      queue = queue.filter((one) => one !== card);
      const chat = opening()[0];
      Object.assign(chat.card, { ...card, handover: Number(taken) });
      chats.set(Number(taken), mayWrite(chat));
      return { body: chat };
    }
    if (at === '/intents') return { body: [{ name: 'query_balance', title: '查话费余额' }, { name: 'query_bill', title: '查账单' }, { name: 'report_fault', title: '宽带报障' }] };
    const [, id, rest = ''] = /^\/chats\/(\w+)(\/.*)?$/.exec(at) ?? [];
    const chat = chats.get(Number(id)) ?? opening()[0];
    if (!id) return null;
    return chatRoutes(method, rest, body, url, chat, session);
  }

  function chatRoutes(method, rest, body, url, chat, session) {
    const own = chats.has(chat.card.handover);
    if (rest === '') return { body: chat };
    if (rest === '/accept') return { body: mayWrite(chat) };
    if (rest === '/decline' || rest === '/close' || rest === '/transfer') {
      chats.delete(chat.card.handover);
      return none;
    }
    if (rest === '/read') {
      chat.card.unread = 0;
      return none;
    }
    if (rest === '/messages' && method === 'GET') return { body: { messages: chat.messages.filter(({ seq }) => seq > Number(url.searchParams.get('after'))), notes: chat.notes, mode: chat.mode } };
    if (rest === '/messages') {
      chat.tried ??= new Set();
      const first = !chat.tried.has(body.client_id);
      chat.tried.add(body.client_id);
      if (/失败/.test(body.text) && first) return failure(503, 'unavailable', '系统繁忙，请稍后重试');
      const message = say(chat, { role: 'agent', client_id: `staff:${session.staff.id}:${body.client_id}`, text: body.text, staff: session.staff.name });
      if (own) setTimeout(() => say(chat, { role: 'customer', text: '好的，知道了' }), 4000);
      return { body: message };
    }
    if (rest === '/corrections') {
      (chat.corrections ??= []).push(body);
      return none;
    }
    if (rest === '/customer') return { body: CUSTOMER };
    if (rest === '/reveal') return { body: { value: { number: '18912345671', contact: '18912345671', name: '陈静', address: '南京市玄武区中山路 18 号 3 幢 602 室' }[body.what] } };
    if (rest === '/suggestions') return { body: SUGGESTIONS };
    if (rest === '/offers') return { body: { ...OFFERS, offers: OFFERS.offers.map((offer) => ({ ...offer, ...chat.outcomes?.[offer.id] })) } };
    const [, offer] = /^\/offers\/(\w+)\/outcome$/.exec(rest) ?? [];
    if (offer) {
      chat.outcomes = { ...chat.outcomes, [offer]: { outcome: body.outcome } };
      return { body: { ...OFFERS.offers.find(({ id }) => id === offer), outcome: body.outcome } };
    }
    chat.proposals ??= [];
    if (rest === '/proposals' && method === 'GET') return { body: chat.proposals };
    if (rest === '/proposals') {
      const named = OFFERS.offers.find(({ id }) => id === body.offer) ?? CATALOGUE.find(({ id }) => id === body.offering);
      const proposal = { id: randomUUID(), title: named.title ?? named.name, terms: named.price ?? '', state: 'asked', receipt: null, order: null, at: now() };
      chat.proposals.push(proposal);
      if (body.offer) chat.outcomes = { ...chat.outcomes, [body.offer]: { proposal } };
      setTimeout(() => proposal.state === 'asked' && settle(chat, proposal, 'confirmed'), 6000);
      return { body: proposal };
    }
    if (rest.endsWith('/withdraw')) {
      const proposal = chat.proposals.find(({ id }) => rest.includes(id));
      settle(chat, proposal, 'withdrawn');
      return { body: proposal };
    }
    if (rest === '/ticket-draft') return { body: DRAFT };
    if (rest === '/tickets') return { body: { receipt: 'SL0008', number: 'TT1024', state: 'sent' } };
    return /^\/tickets\/.*\/notes$/.test(rest) ? { body: { ticket: 'TT1001' } } : null;
  }

  function supervisorRoutes(method, path, body, session) {
    const at = path.replace('/api/supervisor/v1', '');
    if (session.staff.role !== 'supervisor' && session.staff.role !== 'admin') return failure(403, 'forbidden', '没有权限');
    if (at === '/board') return { body: board([...chats.values()], queue, PEOPLE) };
    if (at === '/shifts' && method === 'GET') return { body: shifts };
    if (at === '/shifts') return { body: shifts[shifts.push({ ...body, id: randomUUID() }) - 1] };
    if (at === '/closures' && method === 'GET') return { body: closures };
    if (at === '/closures') return { body: closures[closures.push(body) - 1] };
    if (at === '/quality/form') return { body: FORM };
    if (at === '/quality/sample') return { body: [
      { handover: 101, why: '随机抽检', agent: '王芳', closed_at: now(), topic_title: '宽带报障', score: null },
      { handover: 102, why: '客户打了1分', agent: '李强', closed_at: now(), topic_title: '增值业务争议', score: 86 },
    ] };
    if (at === '/quality/figures') return { body: [{ staff: '王芳', count: 12, mean: 93.4, fatal: 0 }, { staff: '李强', count: 9, mean: 86.1, fatal: 1 }] };
    if (at.startsWith('/quality/')) return { body: method === 'POST' ? { total: Object.values(body.answers).reduce((sum, points) => sum + points, 0) } : { ...opening()[0], scores: [] } };
    if (at.startsWith('/reports/')) return { body: reports(at) };
    if (at.endsWith('/whisper')) {
      const chat = chats.get(Number(at.split('/')[2]));
      const note = { id: randomUUID(), kind: 'whisper', staff: session.staff.name, text: body.text, at: now() };
      chat?.notes.push(note);
      agents.emit('note', { handover: chat?.card.handover, note });
      return { body: note };
    }
    if (at.endsWith('/take-over')) return { body: mayWrite(chats.get(Number(at.split('/')[2])) ?? opening()[0]) };
    if (at.endsWith('/presence')) return { body: { state: body.state, since: now(), missed: false } };
    return none;
  }

  return {
    chats,
    knowledge,
    say,
    cut: () => agents.disconnectSockets(true),
    /** An answer to a staff request, or null when it is none of them. */
    answer(request, url, raw) {
      const { pathname: path } = url;
      if (!/^\/api\/(?:staff|agent|supervisor|kb)\/v1\/|^\/api\/v1\/demo\/staff$/.test(path)) return null;
      const form = /multipart/.test(request.headers['content-type'] ?? '');
      const body = raw.length && !form ? JSON.parse(raw.toString()) : {};
      const found = staffRoutes(request.method, path, body, request);
      if (found) return found;
      const session = sessionOf(request.headers.cookie);
      if (path.startsWith('/api/kb/')) return knowledge.answer(request.method, path, body, url, session) ?? failure(404, 'not_found', '没有找到');
      const told = path.startsWith('/api/agent/')
        ? agentRoutes(request.method, path, body, url, session)
        : supervisorRoutes(request.method, path, body, session);
      return told ?? failure(404, 'not_found', '没有找到');
    },
  };
}
