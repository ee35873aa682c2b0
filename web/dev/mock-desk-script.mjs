/** What the stand-in desk shows the staff. Everybody in it is invented. */
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const line = (seq, role, text, seconds, more = {}) => ({ seq, role, text, choices: [], card: null, staff: null, at: ago(seconds), ...more });

export const PEOPLE = [
  { id: 1, login: '1001', name: '赵敏', role: 'supervisor', groups: ['mobile', 'retention'], ceiling: 5, active: true, locked: false, last_login_at: ago(600), presence: 'ready' },
  { id: 2, login: '2001', name: '王芳', role: 'agent', groups: ['mobile', 'retention', 'fixed'], ceiling: 5, active: true, locked: false, last_login_at: ago(3000), presence: 'ready' },
  { id: 3, login: '2002', name: '李强', role: 'agent', groups: ['fault', 'complaint'], ceiling: 4, active: true, locked: true, last_login_at: ago(90000), presence: 'busy' },
  { id: 4, login: '3001', name: '周洋', role: 'editor', groups: [], ceiling: 0, active: true, locked: false, last_login_at: null, presence: 'offline' },
  { id: 5, login: '3002', name: '吴珊', role: 'editor', groups: [], ceiling: 0, active: true, locked: false, last_login_at: null, presence: 'offline' },
];

export const TEXTS = {
  groups: { mobile: '移动业务', fixed: '固网业务', fault: '宽带固话障碍', complaint: '投诉建议', enterprise: '政企商航', retention: '挽留专席' },
  states: { ready: '空闲', busy: '忙碌', break: '小休', offline: '离线' },
  reasons: { bill: '账单与费用', package: '套餐变更', cancel: '拆机销户', fault: '报障', complaint: '投诉', other: '其他咨询' },
  results: { solved: '已解决', ticket: '已建工单', order: '已办业务', unsolved: '未解决', left: '客户离开' },
  decline_reasons: { price: '嫌贵', not_needed: '用不上', rival: '已定去处', service: '服务不满', later: '再考虑' },
  roles: { agent: '坐席', supervisor: '班长', editor: '知识编辑', admin: '管理员' },
  levels: { 7: '7星级', 5: '5星级', 3: '3星级' },
};

const card = (handover, more) => ({
  handover, conversation: `c${handover}`, channel: 'web', state: 'active', group: 'mobile', topic_title: '套餐变更', level: '5', urgent: false, elderly: false, repeats: 0,
  number_mask: '189****5671', name_mask: '陈*', queued_at: ago(400), offered_until: null, accepted_at: ago(300), answered_at: ago(280), last: null, last_customer_at: ago(12), unread: 0,
  transferred_from: null, proposal: null, ...more,
});
const BILL = {
  kind: 'bill', title: '2026年10月账单', amount: '188.50元',
  rows: [{ label: '5G畅享129元套餐', value: '129.00元' }, { label: '套餐外流量', value: '53.50元', note: '超出 10.7 GB' }, { label: '视频彩铃', value: '6.00元' }], note: null,
};

export function opening() {
  const first = {
    card: card(11, { group: 'retention', topic_title: '拆机销户', last: { role: 'customer', text: '太贵了，别家便宜一半', at: ago(12) }, repeats: 1 }),
    summary: {
      wanted: '想把手机号销掉，觉得套餐太贵', why: '客户要求人工', tried: ['查询上月账单', '介绍59元档套餐，客户不满意'],
      fields: [{ label: '号码', value: '189****5671' }, { label: '合约', value: '2027年3月到期' }, { label: '期望', value: '每月不超过80元' }],
      mood: 'upset', escalation: '提到要向12315投诉', verified: '189****5671', waiting: ['退订视频彩铃'], settled: null, bot_seq: 6,
    },
    messages: [
      line(1, 'customer', '我要销户', 460), line(2, 'bot', '可以的。销户前帮您看一下，有没有在用的合约。请问是要销哪个号码？', 455, { choices: [{ id: 'a', title: '本机号码' }, { id: 'b', title: '其他号码' }] }),
      line(3, 'customer', '本机', 440), line(4, 'bot', '这是您上个月的账单：', 436, { card: BILL }),
      line(5, 'customer', '太贵了，转人工', 420), line(6, 'system', '正在为您转接人工客服', 418),
      line(7, 'system', '客服王芳为您服务', 300), line(8, 'agent', '您好，我是王芳。看到您觉得现在的套餐贵，我先帮您看看用量。', 280, { staff: '王芳' }),
      line(9, 'customer', '每个月一百多，流量还老是超', 120), line(10, 'agent', '您近三个月都超了流量，平均多花50多元，确实不划算。', 90, { staff: '王芳' }),
      line(11, 'customer', '太贵了，别家便宜一半', 12),
    ],
    notes: [{ id: 1, kind: 'transfer', staff: '李强', text: '客户合约还有4个月，违约金已说明，情绪有点急，请优先处理。', at: ago(310) }, { id: 2, kind: 'whisper', staff: '赵敏', text: '可以先讲降档保留，不要提违约金。', at: ago(60) }],
    mode: 'human', writable: true,
  };
  const second = { ...structuredClone(first), card: card(12, { topic_title: '账单疑问', level: '7', elderly: true, name_mask: '李**', number_mask: '133****8810', last: { role: 'customer', text: '这个增值业务我没有开过啊', at: ago(70) }, last_customer_at: ago(70), unread: 2 }) };
  const third = { ...structuredClone(first), card: card(13, { group: 'fixed', topic_title: '宽带提速', level: '', name_mask: '', number_mask: '', last: { role: 'agent', text: '已为您登记，明天上午有工程师联系您。', at: ago(200) }, last_customer_at: ago(230) }) };
  const offered = { ...structuredClone(first), notes: [], card: card(14, { state: 'offered', topic_title: '充值未到账', urgent: true, level: '3', accepted_at: null, answered_at: null, offered_until: ago(-24), last: { role: 'customer', text: '交了200块怎么还是停机？？', at: ago(40) }, transferred_from: null }) };
  return [first, second, third, offered];
}

export const waiting = () => [
  { handover: 21, group: 'retention', topic_title: '携号转网咨询', level: '7', urgent: true, elderly: false, repeats: 2, waited_seconds: 205, number_mask: '189****2201', reason: 'asked', score: 92 },
  { handover: 22, group: 'mobile', topic_title: '国际漫游', level: '5', urgent: false, elderly: true, repeats: 0, waited_seconds: 88, number_mask: '133****7620', reason: 'failed', score: 60 },
  { handover: 23, group: 'mobile', topic_title: '实名过户', level: '', urgent: false, elderly: false, repeats: 0, waited_seconds: 21, number_mask: '', reason: 'asked', score: 20 },
];

export const SUGGESTIONS = [
  { id: 'q1', question: '套餐太贵怎么办', answer: '您可以换低一档的套餐，当月申请、次月生效，现在的号码和积分都保留。', score: 0.82 },
  { id: 'q2', question: '合约期内能降档吗', answer: '合约期内一般不能降到合约约定的最低消费以下；到期后可以随时更换。', score: 0.71 },
  { id: 'q3', question: '流量超出怎么收费', answer: '超出套餐的国内流量按5元/GB计费，不足1GB按0.005元/MB折算。', score: 0.64 },
];

export const CANNED = [
  { group: '开场', code: 'hi', title: '开场白', text: '您好，我是{agent}，很高兴为您服务。您的情况我已经看到了，马上帮您处理。' },
  { group: '开场', code: 'wait', title: '请稍等', text: '请您稍等一下，我正在为您查询。' },
  { group: '核实', code: 'check', title: '核对号码', text: '跟您核对一下，您咨询的是尾号为{number}的号码，对吗？' },
  { group: '工单', code: 'ticket', title: '已建工单', text: '已为您登记，工单号{ticket}，{promised}前给您回复。' },
  { group: '结束', code: 'bye', title: '结束语', text: '感谢您的耐心，祝您生活愉快，再见。' },
];

export const CUSTOMER = {
  known: true, name_mask: '陈*', number_mask: '189****5671', level: '5', kind: 'individual', age_band: '30-44', tenure_months: 74, area: '江苏南京', do_not_disturb: false,
  lines: [
    { id: 'L1', number_mask: '189****5671', kind: 'mobile', kind_title: '手机', state: 'normal', state_title: '正常', plan: '5G畅享129元套餐', fee: 12900, contract_end: '2027-03-31', main: true },
    { id: 'L2', number_mask: 'NJ****0932', kind: 'broadband', kind_title: '宽带', state: 'arrears_suspended', state_title: '欠费停机', plan: '300M 宽带', fee: 3000, contract_end: null, main: false },
  ],
  balance: 5620, points: 3280,
  bills: [['2026-05', 13900], ['2026-06', 14250], ['2026-07', 16800], ['2026-08', 17400], ['2026-09', 18150], ['2026-10', 18850]].map(([month, amount]) => ({ month, amount })),
  allowances: [{ kind: 'data', name: '国内通用流量', total: 40960, used: 40200 }, { kind: 'voice', name: '国内语音', total: 1000, used: 180 }],
  tickets: [{ id: 'TT1001', kind: 'fault', title: '宽带无法上网', state: 'inProgress', state_title: '处理中', at: ago(86400), promised: ago(-30000), open: true }, { id: 'TT0877', kind: 'complaint', title: '资费争议', state: 'closed', state_title: '已归档', at: ago(2600000), promised: null, open: false }],
  orders: [{ id: 'DD0912', title: '视频彩铃 订购', state: 'completed', state_title: '已完成', at: ago(900000) }],
  contacts: [{ at: ago(500000), channel: '微信', text: '咨询国内流量包' }, { at: ago(1500000), channel: '10000热线', text: '查询账单' }],
  handovers: [{ handover: 101, at: ago(86400), topic_title: '宽带报障', agent: '李强', result: '已建工单' }],
  missing: ['points'],
};

export const OFFERS = {
  moment: '拆机挽留',
  segment: [{ name: '价值', value: '高' }, { name: '离网倾向', value: '高' }, { name: '捆绑度', value: '捆绑预警' }, { name: '宽带', value: 'H2' }],
  offers: [
    {
      id: 'keep79', title: '降档保留：79元档送20GB', kind: 'downgrade', benefit: '每月79元，含30GB流量，另送20GB', reason: '近三个月流量超出，账单高于套餐46%；79元档加赠后够用', cost: 24000, months: 12, price: '每月79元，次月1日生效，合约12个月，随时可回复“退订”取消赠送',
      script: '我看您每月实际用48GB左右，换成79元这档再送20GB正好够用，一个月能省一百来块。号码、积分都不变，您看要不要换？',
      objections: [{ says: '换了会不会又乱扣费', answer: '换套餐后超出部分我帮您设上限提醒，用到80%会发短信。' }, { says: '还要再签合约吗', answer: '赠送的流量约定12个月，中途不用可以取消，不收违约金。' }],
      explanation: { probability: 0.62, value_kept: 94800, cost: 24000, bonus: 0, expected: 34776 }, orderable: true, callback: false, outcome: null, proposal: null,
    },
    {
      id: 'store200', title: '存200送240', kind: 'store', benefit: '存200元，分12个月返240元', reason: '在网6年，按时交费', cost: 24000, months: 12, price: '一次存200元',
      script: '您是老客户，存200元分12个月返240元，等于每月便宜20元。', objections: [], explanation: { probability: 0.31, value_kept: 94800, cost: 24000, bonus: 1200, expected: 6588 }, orderable: true, callback: false, outcome: null, proposal: null,
    },
    { id: 'care', title: '关怀回访', kind: 'care', benefit: '一周后客户经理回访用量', reason: '近期有报障工单', cost: 500, months: null, price: '免费', script: '一周后我们再打给您，看看新套餐用得怎么样，可以吗？', objections: [], explanation: null, orderable: false, callback: true, outcome: null, proposal: null },
  ],
  none_because: null,
  rejected: [{ title: '宽带提速500M', why: ['宽带处于停机状态'] }, { title: '亲情网', why: ['名下只有一个手机号'] }],
  recommendations: [{ offering: 'p1', name: '10GB 流量包', fee: 2000, description: '当月有效' }],
};

export const DRAFT = {
  kind: 'complaint', title: '资费争议：套餐外流量费', description: '客户反映近三个月每月套餐外流量费50元以上，未收到提醒，要求解释并降低资费。', severity: 'major', contact_mask: '189****5671',
  facts: [{ label: '金额', value: '53.50元' }, { label: '期望', value: '每月不超过80元' }], duplicate: { id: 'TT1001', title: '宽带无法上网' },
};

export const CATALOGUE = [
  { id: 'p1', name: '10GB 流量包', kind: 'pack', kind_title: '流量包', fee: 2000, description: '当月有效，用完为止' },
  { id: 'p2', name: '5G畅享79元套餐', kind: 'plan', kind_title: '套餐', fee: 7900, description: '30GB流量、500分钟语音' },
];

export const FORM = {
  version: '1',
  items: [
    { id: 'open', title: '开场与称呼', help: '报姓名，先说已了解的情况', points: 10, fatal: false }, { id: 'listen', title: '理解诉求', help: '不让客户重复', points: 25, fatal: false },
    { id: 'solve', title: '处理正确', help: '口径与知识库一致', points: 40, fatal: false }, { id: 'money', title: '费用讲清', help: '价格、生效、退订都说到', points: 15, fatal: true }, { id: 'end', title: '收尾', help: '确认无其他问题', points: 10, fatal: false },
  ],
};

export function board(chats, queue, people) {
  const groups = ['mobile', 'fixed', 'fault', 'complaint', 'enterprise', 'retention'];
  return {
    queue: { waiting: queue.length, oldest_seconds: 205, by_group: groups.map((group, index) => ({ group, waiting: queue.filter((one) => one.group === group).length, oldest_seconds: index * 30, ready: index % 3, chats: index + 1 })) },
    sla: { target_seconds: 60, within_share: 0.87, answered_today: 214, abandoned_today: 9, mean_wait_seconds: 31, mean_handle_seconds: 412, mean_first_reply_seconds: 18 },
    waiting: queue,
    agents: people.filter(({ role }) => role !== 'editor').map((one, index) => ({ ...one, state: ['ready', 'busy', 'break'][index % 3], since: ago(500 * (index + 1)), connected: index !== 2, chats: 3 - index, closed_today: 21 - index, satisfaction: index === 2 ? null : 4.7 - index / 10, on_shift: index !== 2 })),
    chats: chats.filter(({ card }) => card.state === 'active').map(({ card }) => ({ ...card, agent: '王芳' })),
    callbacks: [{ handover: 31, ticket: 'CB2001', at: ago(1800), group: 'mobile' }],
    satisfaction: { count: 96, mean: 4.6, by_score: { 1: 2, 2: 1, 3: 5, 4: 18, 5: 70 } },
  };
}

export const reports = (path) =>
  path.startsWith('/reports/offers')
    ? { rows: [['keep79', '降档保留：79元档', 41, 24, 12], ['store200', '存200送240', 33, 9, 20], ['renew', '续约送宽带提速', 18, 11, 5]].map(([offer, title, offered, accepted, declined]) => ({ offer, title, segment: '高价值·高倾向', staff: '王芳', month: '2026-11', offered, accepted, declined, rate: accepted / offered, low: accepted / offered - 0.14, high: accepted / offered + 0.13, cost: accepted * 24000 })) }
    : { rows: [5, 4, 3, 2, 1].map((day) => ({ date: `2026-11-2${6 - day}`, answered: 210 + day * 3, abandoned: 8 + day, within_share: 0.84 + day / 100, mean_wait_seconds: 30 + day, mean_handle_seconds: 400 + day * 4, satisfaction: 4.6 })) };
