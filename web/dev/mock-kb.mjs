/** The editors' side of the stand-in desk: drafts, objects, checks, jobs, releases and the inbox; in memory. */
import { LOG, VOCABULARY, canned, cases, clusters, faqs, hours, intents, notices, offers, report } from './mock-kb-script.mjs';

const failure = (status, code, message, more = {}) => ({ status, body: { error: { code, message }, ...more } });
const none = { status: 204, raw: '' };
const now = () => new Date().toISOString();
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const plain = (sentence) => sentence.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1');
const bare = (sentence) => plain(sentence).replace(/[\s\p{P}]/gu, '');
const titleOf = (kind, key, value) => (kind === 'case' || !value ? key : kind === 'faq' ? value.question : kind === 'hours' ? (VOCABULARY.groups.find(({ name }) => name === key)?.title ?? '默认') : (value.title ?? key));
const pairs = (sentence) => new Set([...bare(sentence)].map((letter, at, all) => letter + (all[at + 1] ?? '')));
const near = (one, other) => {
  const [a, b] = [pairs(one), pairs(other)];
  return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size || 1);
};

export function createKnowledge({ jobMs = 6000 } = {}) {
  const live = { intent: intents(), faq: faqs(), offer: offers(), canned: canned(), hours: hours(), notice: notices(), case: cases() };
  let inbox = clusters();
  const drafts = new Map();
  const jobs = new Map();
  const releases = [
    { id: 2, title: '双十一套餐问答', state: 'written', note: '补充活动规则', authors: ['周洋'], approved_by: '吴珊', published_by: '周洋', started_at: now(), live_at: new Date(Date.now() - 9e7).toISOString(), written_at: now(), reverts: null, reasons: {}, figures: { cases: { count: 416, right_before: 399, right_after: 401 } }, failure: null, diff: [{ kind: 'faq', key: 'faq-3', title: '欠费多久会停机？', change: 'changed', fields: [{ field: 'answer', before: '欠费后会停机。', after: '有两个月的账单没有缴就会停机。缴清以后自动开机，不用另外办。', added: [], removed: [] }] }] },
    { id: 1, title: '上线时的内容', state: 'written', note: '', authors: ['周洋'], approved_by: '吴珊', published_by: '周洋', started_at: now(), live_at: new Date(Date.now() - 9e8).toISOString(), written_at: now(), reverts: null, reasons: {}, figures: null, failure: null, diff: [] },
  ];
  let serial = 40;
  const id = () => (serial += 1);
  const held = (draft, kind, key) => draft?.changes.find((one) => one.kind === kind && one.key === key);
  const value = (draft, kind, key) => {
    const change = held(draft, kind, key);
    return change ? change.value : (live[kind][key] ?? null);
  };
  const keys = (draft, kind) => [...new Set([...Object.keys(live[kind]), ...(draft?.changes ?? []).filter((one) => one.kind === kind).map(({ key }) => key)])].filter((key) => value(draft, kind, key) !== null || held(draft, kind, key));
  const changeOf = ({ base, value: next }) => (next === null ? 'removed' : base === null ? 'added' : 'changed');
  const put = (draft, kind, key, next, staff, group = id()) => {
    const before = held(draft, kind, key);
    const base = live[kind][key] ?? null;
    draft.edits.push({ group, kind, key, before: before && { ...before } });
    draft.changes = draft.changes.filter((one) => one !== before);
    const version = (before?.version ?? 0) + 1;
    if (!same(next, base)) draft.changes.push({ kind, key, base, value: next, version, author: staff.name, at: now() });
    draft.stale = true;
    if (draft.state !== 'open') draft.state = 'open';
    return version;
  };
  const diffOf = (changes) =>
    changes.map((change) => {
      const [old, next] = [change.base ?? {}, change.value ?? {}];
      const fields = [...new Set([...Object.keys(old), ...Object.keys(next)])].filter((name) => !same(old[name], next[name])).map((field) => {
        const words = (one) => (one === undefined || one === null ? '' : field === 'answer' && one.kind === 'text' ? one.variants.map((variant) => variant.text).join('\n') : field === 'answer' && one.kind ? one.action : typeof one === 'object' ? JSON.stringify(one) : String(one));
        if (Array.isArray(next[field] ?? old[field])) {
          const [a, b] = [old[field] ?? [], next[field] ?? []].map((list) => list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))));
          return { field, before: '', after: '', added: b.filter((one) => !a.includes(one)), removed: a.filter((one) => !b.includes(one)) };
        }
        return { field, before: words(old[field]), after: words(next[field]), added: [], removed: [] };
      });
      return { kind: change.kind, key: change.key, title: titleOf(change.kind, change.key, change.value ?? change.base), change: changeOf(change), fields };
    });
  const jobShown = (job) => {
    const part = Math.min(1, (Date.now() - job.from) / jobMs);
    if (job.state === 'running' && part >= 1) {
      job.state = 'done';
      job.end?.();
    }
    const done = Math.round(part * LOG.length);
    return { id: job.id, kind: job.kind, draft: job.draft, state: job.state, progress: Math.round(part * 100), step: LOG[Math.min(LOG.length - 1, done)], log: LOG.slice(0, done).join('\n'), result: null };
  };
  const start = (kind, draft, end) => {
    const job = { id: id(), kind, draft: draft?.id ?? null, state: 'running', from: Date.now(), end };
    jobs.set(job.id, job);
    return { body: jobShown(job) };
  };
  const card = (draft, staff) => ({ ...Object.fromEntries(['id', 'title', 'state', 'created_by', 'created_at', 'submitted_by', 'submitted_at', 'reviewed_by', 'reviewed_at'].map((name) => [name, draft[name] ?? null])), changes: draft.changes.length, mine: draft.created_by === staff.name });
  const shown = (draft, staff) => {
    const author = [draft.created_by, draft.submitted_by, ...draft.changes.map((one) => one.author)].includes(staff.name);
    const job = [...jobs.values()].filter((one) => one.draft === draft.id).pop();
    const state = job && jobShown(job);
    return {
      ...card(draft, staff), note: draft.note ?? '', review_note: draft.review_note ?? '', reasons: draft.reasons ?? {},
      changes: draft.changes.map((one) => ({ kind: one.kind, key: one.key, title: titleOf(one.kind, one.key, one.value ?? one.base), change: changeOf(one), version: one.version, author: one.author, at: one.at })),
      conflicts: draft.conflicts ?? [], report: draft.report, report_stale: Boolean(draft.report) && draft.stale, job: state, diff: diffOf(draft.changes),
      can: { edit: staff.role !== 'supervisor', submit: draft.state === 'open' && Boolean(draft.report) && !draft.stale, approve: draft.state === 'submitted' && !author, publish: draft.state === 'approved', discard: true },
    };
  };

  function findings(draft, kind, key, next) {
    if (kind !== 'intent') return [];
    const found = [];
    if (next.examples.length < 10) found.push({ level: 'warning', code: 'few_examples', message: `只有${next.examples.length}句例句，建议至少10句`, field: 'examples', sentence: null, other: null });
    for (const sentence of next.examples) {
      if (/1[3-9]\d{9}/.test(sentence)) found.push({ level: 'error', code: 'personal_data', message: '句子里有手机号码，请换成虚构或打码的号码', field: 'examples', sentence, other: null });
      for (const other of keys(draft, 'intent')) {
        if (other === key) continue;
        const theirs = value(draft, 'intent', other);
        const twin = theirs?.examples.find((one) => near(one, sentence) >= 0.8);
        if (!twin) continue;
        const exact = bare(twin) === bare(sentence);
        found.push({ level: exact ? 'error' : 'warning', code: exact ? 'duplicate' : 'near_duplicate', message: exact ? '另一个意图已有同样的句子' : '和另一个意图的句子很像，容易混淆', field: 'examples', sentence, other: { kind: 'intent', key: other, title: theirs.title, sentence: plain(twin), score: exact ? 1 : near(twin, sentence) } });
      }
    }
    const words = next.answer.kind === 'text' ? next.answer.variants.map((one) => one.text).join('') : '';
    if (/保证|绝对|百分之百/.test(words)) found.push({ level: 'error', code: 'promise', message: '不能对客户作这样的承诺', field: 'answer', sentence: words.slice(0, 40), other: null });
    return found;
  }

  const entities = (words) =>
    [['视频彩铃', 'vas'], ['星卡', 'package'], ['5G畅享129元套餐', 'package'], ['流量包', 'addon'], ['下个月', 'month'], ['路由器', 'device']].flatMap(([term, entity]) => {
      const start = words.indexOf(term);
      return start < 0 ? [] : [{ entity, value: term, start, end: start + term.length }];
    });

  function tried(draft, words) {
    const ranking = keys(draft, 'intent')
      .map((name) => ({ name, of: value(draft, 'intent', name) }))
      .filter(({ of }) => of)
      .map(({ name, of }) => ({ name, title: of.title, confidence: Math.max(0.004, ...of.examples.map((one) => near(one, words) ** 1.5)), of }))
      .sort((a, b) => b.confidence - a.confidence);
    const best = ranking[0];
    const answer = best.of.answer.kind === 'text' ? { kind: 'text', text: best.of.answer.variants[0].text, buttons: best.of.answer.variants[0].buttons } : { kind: 'action', text: '', buttons: [] };
    return { model: draft?.report && !draft.stale ? 'draft' : 'live', ready: !draft || (Boolean(draft.report) && !draft.stale), intent: best.name, title: best.title, confidence: best.confidence, ranking: ranking.slice(0, 5).map(({ name, title, confidence }) => ({ name, title, confidence: Math.min(0.98, confidence) })), entities: entities(words), answer };
  }

  function refactor(draft, { action, intent, to, sentences = [] }, staff, dry) {
    const old = value(draft, 'intent', intent);
    const impact = [{ where: 'domain.yml', what: `意图 ${intent}`, blocking: false }, { where: 'bot/data/rules.yml', what: `规则“${intent}”`, blocking: false }, { where: '以往数据', what: '看板上的1,284次识别', blocking: false }];
    if (intent === 'handover') impact.push({ where: 'actions/handover.py', what: '程序里写着这个意图', blocking: true });
    const changes = action === 'split' ? [['intent', intent, { ...old, examples: old.examples.filter((one) => !sentences.includes(one)) }], ['intent', to, { ...old, title: null, examples: sentences }]] : [['intent', intent, null]];
    if (action === 'rename') changes.push(['intent', to, old]);
    if (action === 'merge') changes.push(['intent', to, { ...value(draft, 'intent', to), examples: [...value(draft, 'intent', to).examples, ...old.examples] }]);
    const group = id();
    if (!dry) for (const [kind, key, next] of changes) put(draft, kind, key, next, staff, group);
    return { impact, changes: changes.map(([kind, key]) => ({ kind, key })) };
  }

  function undo(draft) {
    const last = draft.edits[draft.edits.length - 1];
    if (!last) return failure(409, 'nothing_to_undo', '没有可以撤销的修改');
    const undone = [];
    while (draft.edits.length && draft.edits[draft.edits.length - 1].group === last.group) {
      const { kind, key, before } = draft.edits.pop();
      draft.changes = draft.changes.filter((one) => !(one.kind === kind && one.key === key));
      if (before) draft.changes.push({ ...before, version: before.version + 2 });
      undone.push({ kind, key, title: titleOf(kind, key, value(draft, kind, key)) });
    }
    draft.stale = true;
    return { body: { undone } };
  }

  function publish(draft, staff) {
    const release = { id: id(), title: draft.title, state: 'live', note: draft.note, authors: [...new Set(draft.changes.map(({ author }) => author))], approved_by: draft.reviewed_by, published_by: staff.name, started_at: now(), live_at: now(), written_at: null, reverts: null, reasons: draft.reasons ?? {}, figures: draft.report && { cases: draft.report.cases }, failure: null, diff: diffOf(draft.changes), undo: draft.changes.map(({ kind, key }) => [kind, key, live[kind][key] ?? null]) };
    for (const { kind, key, value: next } of draft.changes) {
      if (next === null) delete live[kind][key];
      else live[kind][key] = next;
    }
    releases.unshift(release);
    draft.state = 'published';
  }

  function draftRoutes(method, rest, body, draft, staff) {
    if (rest === '' && method === 'GET') return { body: shown(draft, staff) };
    if (rest === '' && method === 'PATCH') return { body: Object.assign(draft, { title: body.title }) && shown(draft, staff) };
    if (rest === '/discard') return (draft.state = 'discarded') && none;
    if (rest === '/undo') return undo(draft);
    if (rest === '/check') return { body: { objects: Object.fromEntries(draft.changes.map(({ kind, key, value: next }) => [`${kind}/${key}`, next ? findings(draft, kind, key, next) : []])) } };
    if (rest === '/try') return { body: tried(draft, body.text) };
    if (rest === '/refactor') return { body: refactor(draft, body, staff, body.dry) };
    if (rest === '/train') return start('train', draft, () => Object.assign(draft, { report: report(draft.changes), stale: false }));
    if (rest === '/submit') return Object.assign(draft, { state: 'submitted', submitted_by: staff.name, submitted_at: now(), note: body.note, reasons: body.reasons }) && none;
    if (rest === '/approve' || rest === '/reject') {
      if ([draft.created_by, draft.submitted_by].includes(staff.name)) return failure(403, 'same_person', '不能审批自己的草稿');
      return Object.assign(draft, { state: rest === '/approve' ? 'approved' : 'open', reviewed_by: staff.name, reviewed_at: now(), review_note: body.note }) && none;
    }
    if (rest === '/publish') return start('publish', draft, () => publish(draft, staff));
    if (rest === '/import') return { body: { saved: 3, problems: [{ where: '第5行', message: '没有问题（question）' }] } };
    const [, kind, key] = /^\/objects\/(\w+)\/(.+)$/.exec(rest) ?? [];
    if (method !== 'PUT' || !kind) return null;
    const before = held(draft, kind, key);
    if ((before?.version ?? 0) !== body.version) return failure(409, 'stale', '别人先保存了', { theirs: { value: value(draft, kind, key), version: before?.version ?? 0, author: before?.author ?? '' } });
    return { body: { version: put(draft, kind, key, body.value, staff), state: draft.state } };
  }

  function inboxRoutes(at, body, url, staff) {
    if (at === '/inbox') {
      const [state, reason, q] = ['state', 'reason', 'q'].map((name) => url.searchParams.get(name) ?? '');
      const found = inbox
        .map((cluster) => ({ ...cluster, sentences: cluster.sentences.filter((one) => one.state === (state || 'open') && (!reason || reason in one.reasons) && one.text.includes(q)) }))
        .filter(({ sentences }) => sentences.length)
        .map((cluster) => ({ ...cluster, count: cluster.sentences.reduce((sum, one) => sum + one.count, 0) }));
      return { body: { count: found.length, clusters: found } };
    }
    const wanted = inbox.flatMap(({ sentences }) => sentences).filter((one) => body.sentences.includes(one.id));
    if (at === '/inbox/assign') {
      const draft = drafts.get(body.draft);
      const old = value(draft, 'intent', body.intent);
      if (!old) return failure(404, 'not_found', '没有这个意图');
      const fresh = wanted.map(({ text }) => text).filter((one) => !old.examples.includes(one));
      put(draft, 'intent', body.intent, { ...old, examples: [...old.examples, ...fresh] }, staff);
    }
    const state = { '/inbox/assign': 'assigned', '/inbox/dismiss': 'dismissed', '/inbox/reopen': 'open' }[at];
    for (const one of wanted) one.state = state;
    return { body: { changed: wanted.length } };
  }

  const fresh = (title, staff) => {
    const draft = { id: id(), title, state: 'open', created_by: staff.name, created_at: now(), changes: [], edits: [], report: null, stale: true };
    drafts.set(draft.id, draft);
    return draft;
  };
  fresh('冬季宽带提速活动', { name: '吴珊' });

  return {
    live,
    drafts,
    emptyInbox: () => (inbox = []),
    answer(method, path, body, url, session) {
      const at = decodeURIComponent(path.replace('/api/kb/v1', ''));
      const { staff } = session;
      const draft = drafts.get(Number(url.searchParams.get('draft') ?? body.draft));
      if (at === '/overview') return { body: { inbox: { open: inbox.flatMap((one) => one.sentences).filter((one) => one.state === 'open').length }, drafts: { open: [...drafts.values()].filter((one) => one.state === 'open').length, submitted: [...drafts.values()].filter((one) => one.state === 'submitted').length }, live: { release: releases[0].id, title: releases[0].title, at: releases[0].live_at }, job: null, me: staff } };
      if (at === '/words') return { body: VOCABULARY };
      if (at.startsWith('/inbox')) return inboxRoutes(at, body, url, staff);
      if (at === '/drafts' && method === 'POST') return { status: 201, body: shown(fresh(body.title, staff), staff) };
      if (at === '/drafts') return { body: [...drafts.values()].filter((one) => !url.searchParams.get('state') || one.state === url.searchParams.get('state')).reverse().map((one) => card(one, staff)) };
      const [, which, rest] = /^\/drafts\/(\d+)(.*)$/.exec(at) ?? [];
      if (which) return drafts.has(Number(which)) ? draftRoutes(method, rest, body, drafts.get(Number(which)), staff) : failure(404, 'not_found', '没有这个草稿');
      if (at === '/objects') {
        const kind = url.searchParams.get('kind');
        const rows = keys(draft, kind).map((key) => ({ kind, key, title: titleOf(kind, key, value(draft, kind, key) ?? live[kind][key]), ...(kind === 'intent' ? { count: value(draft, kind, key)?.examples.length ?? 0 } : {}), changed: held(draft, kind, key) ? changeOf(held(draft, kind, key)) : null }));
        const offset = Number(url.searchParams.get('offset') ?? 0);
        return { body: { count: rows.length, rows: rows.slice(offset, offset + Number(url.searchParams.get('limit') ?? 50)) } };
      }
      const [, kind, key] = /^\/objects\/(\w+)\/(.+)$/.exec(at) ?? [];
      if (kind) {
        const change = held(draft, kind, key);
        if (!change && !live[kind][key]) return failure(404, 'not_found', '没有找到');
        return { body: { value: value(draft, kind, key), live: live[kind][key] ?? null, version: change?.version ?? 0, author: change?.author ?? null } };
      }
      if (at === '/check') return { body: { findings: findings(draft, body.kind, body.key, body.value) } };
      if (at === '/entities') return { body: { entities: entities(body.text) } };
      if (at === '/try') return { body: tried(null, body.text) };
      const [, job, deed] = /^\/jobs\/(\d+)(\/cancel)?$/.exec(at) ?? [];
      if (job) {
        if (deed) jobs.get(Number(job)).state = 'cancelled';
        return { body: jobShown(jobs.get(Number(job))) };
      }
      const newest = releases.find((one) => !one.reverts && !releases.some(({ reverts }) => reverts === one.id));
      const withDeeds = (one) => ({ ...one, undo: undefined, current: one === releases[0], can_rollback: one === newest && one.id !== 1 });
      if (at === '/releases') return { body: releases.map((one) => ({ ...withDeeds(one), diff: undefined })) };
      const [, release] = /^\/releases\/(\d+)$/.exec(at) ?? [];
      if (release) return { body: withDeeds(releases.find((one) => one.id === Number(release))) };
      if (at === '/rollback')
        return start('rollback', null, () => {
          for (const [of, name, before] of newest.undo ?? []) {
            if (before === null) delete live[of][name];
            else live[of][name] = before;
          }
          releases.unshift({ ...newest, id: id(), title: `回退：${newest.title}`, note: body.reason, reverts: newest.id, published_by: staff.name, approved_by: null, live_at: now(), figures: null, diff: [], undo: undefined });
        });
      if (at === '/export') return { raw: JSON.stringify(live[url.searchParams.get('kind')], null, 1), type: 'application/yaml', headers: { 'Content-Disposition': 'attachment; filename="knowledge.yml"' } };
      return null;
    },
  };
}
