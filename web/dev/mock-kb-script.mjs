/** What the stand-in desk knows of intents, questions, offers and the inbox. All of it is invented or the product's own wording. */
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const text = (words, buttons = []) => ({ kind: 'text', variants: [{ text: words, buttons, when: null }] });
const action = (name) => ({ kind: 'action', action: name });

const TITLES = {
  query_balance: '查话费余额', query_balance_arrears: '查欠费', query_bill: '查账单', query_bill_explain: '查扣费原因', query_usage: '查剩余流量和通话', query_package: '查当前套餐', query_package_vas: '查已订业务', query_points: '查积分',
  query_points_redeem: '积分兑换', query_recharge_record: '查充值记录', query_own_number: '查本机号码', query_level: '查客户星级', recharge: '充值缴费', payment_not_credited: '充值没到账', invoice: '开发票', ask_package_info: '了解套餐资费',
  recommend_package: '推荐套餐', change_package: '换套餐', change_package_down: '降低套餐档位', buy_addon: '订流量包或加油包', subscribe_vas: '开通增值业务', unsubscribe_vas: '退订业务', suspend_resume: '停机或复机', activate_card: '激活新卡',
  sub_card: '办理副卡', ownership_change: '过户', replace_card: '补卡换卡', service_password: '查改服务密码', puk_code: '查PUK码', broadband_service_new: '新装宽带', broadband_service_move: '宽带移机', broadband_service_speed: '宽带提速',
  family_number: '亲情号和家庭网', store_info: '查营业厅', enterprise_service: '政企业务', report_fault_mobile: '报手机故障', report_fault_broadband: '报宽带故障', report_fault_iptv: '报电视故障', query_ticket: '查工单进度', query_ticket_urge: '催单',
  complain: '投诉', cancel_service: '拆机销户', port_out: '携号转网', handover: '转人工', greet: '问好', thanks: '道谢', caller_ring: '视频彩铃介绍',
};
const STARTS = ['我想', '帮我', '麻烦', '怎么', '能不能', '请问怎么', '在哪里可以', '我要', '可以', '给我', '手机上怎么', '现在能'];

export const intents = () =>
  Object.fromEntries(
    Object.entries(TITLES).map(([name, title], at) => [
      name,
      {
        title,
        description: `客户要${title}`,
        examples: name === 'caller_ring'
          ? ['视频彩铃是什么', '视频彩铃怎么收费', '什么是视频彩铃', '开了[视频彩铃](vas)别人能看到什么', '视频彩铃一个月多少钱', '[视频彩铃](vas)有什么用', '介绍一下视频彩铃', '彩铃和视频彩铃的区别', '视频彩铃能自己拍吗', '视频彩铃老人机能看吗']
          : name === 'change_package'
            ? ['我想换[5G畅享129元套餐](package)', '换套餐', '把套餐换成[星卡](package)', '套餐能换吗', '换一个便宜的套餐', '我要改套餐', '换成[每月79](money)的那个', '套餐怎么变更', '给我换个流量多的套餐', '[下个月](month)换套餐可以吗', '更换套餐', '现在的套餐不合适想换一个', '帮我把[189****5671](phone_number)的套餐换掉']
            : STARTS.slice(0, 8 + (at % 5)).map((start) => `${start}${title}`),
        answer: at % 3 === 0 ? text(`您好，${title}可以在这里办理，请按页面提示操作。`, [{ title: '查话费余额', payload: '/query_balance' }]) : action(`action_${name}`),
      },
    ]),
  );

const QUESTIONS = ['怎么查话费余额？', '怎么知道有没有欠费？', '欠费多久会停机？', '缴清欠费后多久能开机？', '账单每月几号出？', '副卡最多办几张？', '异地能补卡吗？', '宽带移机要多久？', '视频彩铃怎么取消？', '流量用完后怎么收费？', '国际漫游怎么开通？', '发票能开几个月前的？', '积分什么时候过期？', '携号转网要什么条件？'];
export const faqs = () =>
  Object.fromEntries(
    Array.from({ length: 130 }, (_, at) => [
      at < 14 ? `faq-${at + 1}` : `seed-${at + 1}`,
      {
        question: QUESTIONS[at % 14] + (at < 14 ? '' : `（${Math.floor(at / 14) + 1}）`),
        also: ['还剩多少', '在哪里看', '怎么弄'].map((one) => `${one}${at + 1}`),
        answer: '直接在这里说就能办，核实身份后马上有结果，不收费。',
        topic: Object.keys(TITLES)[at % 20],
        ...(at % 3 ? {} : { journey: Object.keys(TITLES)[at % 20] }),
        ...(at === 3 ? { from: '2026-11-01', to: '2026-12-31' } : {}),
      },
    ]),
  );

export const offers = () => ({
  'SAVE-100': {
    kind: 'deposit_fee', title: '存100送50话费', benefit: '存100元话费，分5个月再送50元，每月送10元。', price: '存100元，都可以当话费用；在网12个月。', cost: 5000, months: 12, from: '2026-01-01', until: '2027-12-31',
    moments: ['warning', 'renewal', 'leaving'], for: { lines: ['mobile'], customers: ['individual'], values: ['middle', 'low'], fee: { least: 1900 } }, excludes: ['SAVE-300', 'RENEW-12'], prior: { high: [2, 6], middle: [4, 6] }, keeps: { months: 12, share_percent: 100 },
    script: ['您每月消费大约{spend}，这笔话费肯定用得上。', '现在存100元，另外再送您50元，分5个月到账。'], objections: [{ words: ['不想存', '没钱', '太多'], answer: '存的100元随时抵话费，不是另外收的。' }], order: { action: 'add', offering: 'KEEP-100', contract_months: 12 },
  },
  'RENEW-12': { kind: 'renewal', title: '续约12个月送宽带提速', benefit: '续约12个月，宽带免费提速到500M。', price: '在网12个月，不另收费。', cost: 12000, months: 12, from: '2026-01-01', until: '2027-12-31', moments: ['renewal'], for: { lines: ['broadband'] }, script: ['您的合约快到期了，续约可以免费提速。'], objections: [] },
});
export const canned = () => ({
  kc: { group: '开场', title: '问候', text: '您好，我是客服{agent}，很高兴为您服务。请问有什么可以帮您？' },
  kcm: { group: '开场', title: '称呼问候', text: '{name}您好，我是客服{agent}，您的问题由我来处理。' },
  hs: { group: '核实身份', title: '请核实身份', text: '为了保护您的信息，办理前要核实身份，请按页面上的提示操作。' },
  sd: { group: '请稍等', title: '请稍等', text: '好的，请稍等，我查一下。' },
  gd: { group: '工单', title: '已建工单', text: '已为您登记，工单号{ticket}，处理好马上通知您。' },
});
const week = (day, end = day) => ({ week: [day, day, day, day, day, end, end] });
export const hours = () => ({ default: week('08:00-22:00'), fault: week('00:00-24:00'), enterprise: week('08:30-18:00', 'closed'), retention: week('08:30-20:30', '09:00-18:00') });
export const notices = () => ({ 'nj-gulou': { title: '鼓楼区宽带割接', text: '南京鼓楼区今晚线路割接，宽带和电视会中断约2小时，完成后自动恢复。', area: '南京鼓楼', lines: ['broadband', 'iptv'], from: '2026-11-27T22:00:00+08:00', to: '2026-11-28T00:30:00+08:00' } });
export const cases = () => Object.fromEntries(Object.entries(TITLES).slice(0, 40).flatMap(([name, title]) => [[`${title}在哪`, { intent: name }], [`我现在就要${title}`, { intent: name }]]));

export const VOCABULARY = {
  entities: [['package', '套餐'], ['vas', '增值业务'], ['addon', '流量包'], ['phone_number', '手机号码'], ['money', '金额'], ['month', '月份'], ['date', '日期'], ['place', '地点'], ['phenomenon', '故障现象'], ['device', '设备'], ['speed', '网速'], ['ticket_number', '工单号']].map(([name, title]) => ({ name, title })),
  levels: ['7星', '6星', '5星', '4星', '3星', '2星', '1星'].map((name) => ({ name, title: name })),
  products: [['星卡', '星卡'], ['PLAN-129', '5G畅享129元套餐'], ['BB-300', '300M宽带'], ['VRBT', '视频彩铃']].map(([name, title]) => ({ name, title })),
  groups: [['mobile', '移动业务'], ['fixed', '固网业务'], ['fault', '宽带固话障碍'], ['complaint', '投诉建议'], ['enterprise', '政企商航'], ['retention', '挽留专席']].map(([name, title]) => ({ name, title })),
  actions: Object.entries(TITLES).map(([name, title]) => ({ name: `action_${name}`, title })),
  reasons: [],
  canned: ['开场', '核实身份', '请稍等', '工单', '结束'].map((name) => ({ name, title: name })),
};

let sentence = 100;
const said = (words, reasons, guess, more = {}) => {
  sentence += 1;
  return { id: sentence, text: words, count: Object.values(reasons).reduce((sum, one) => sum + one, 0), reasons, guess, guess_title: guess && TITLES[guess], intent: null, last_at: ago((sentence - 100) * 4100), conversations: [`c${sentence}`], state: 'open', ...more };
};
export const clusters = () => [
  {
    id: 1, title: '视频彩铃怎么换', days: [0, 0, 1, 0, 2, 1, 1, 2, 3, 2, 4, 5, 6, 8], delta: 25,
    sentences: [said('视频彩铃怎么换', { rejected: 6, handover: 3 }, 'caller_ring'), said('我想换一个视频彩铃', { rejected: 5 }, 'caller_ring'), said('彩铃换成别的歌', { unsure: 4 }, 'subscribe_vas'), said('帮我把视频彩铃换掉', { rejected: 3, thumbs_down: 1 }, null), said('换彩铃在哪里换', { unsure: 2 }, 'caller_ring'), said('更换视频彩铃内容', { rejected: 2 }, null), said('视频彩铃不喜欢想换一条', { handover: 2 }, 'unsubscribe_vas'), said('彩铃视频能自己换吗', { rejected: 1 }, 'caller_ring'), said('怎么设置新的视频彩铃', { rejected: 1 }, 'subscribe_vas'), said('给我换个搞笑的视频彩铃', { rejected: 1 }, null)],
  },
  { id: 2, title: '副卡怎么解绑主卡', days: [1, 2, 1, 1, 2, 1, 2, 1, 1, 2, 1, 2, 1, 1], delta: 0, sentences: [said('副卡怎么和主卡分开', { correction: 2 }, 'sub_card', { intent: 'unsubscribe_vas' }), said('副卡解绑', { unsure: 5 }, 'sub_card'), said('副卡想独立出来单独交费', { handover: 3 }, 'sub_card')] },
  { id: 3, title: '路由器信号穿墙不行', days: [3, 2, 4, 3, 2, 3, 3, 2, 1, 2, 1, 1, 0, 1], delta: -12, sentences: [said('卧室WiFi信号差', { rejected: 4 }, 'report_fault_broadband'), said('路由器穿墙不行', { rejected: 3, thumbs_down: 2 }, 'report_fault_broadband'), said('换个好点的路由器要钱吗', { unsure: 3 }, 'report_fault_broadband')] },
  { id: 4, title: '孩子手表能不能办卡', days: [0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 2, 1, 2], delta: 6, sentences: [said('儿童手表办什么卡', { rejected: 3 }, null), said('孩子的电话手表能不能插你们的卡', { handover: 2 }, 'sub_card')] },
  { id: 5, title: '老人机没有4G能用吗', days: [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0], delta: 0, sentences: [said('老人机不支持4G还能打电话吗', { rejected: 2 }, 'report_fault_mobile')] },
];

export const report = (changes) => ({
  content_hash: 'a'.repeat(64), model: 'new', seconds: 84,
  cases: {
    count: 416, right_before: 401, right_after: 402,
    broken: [{ text: '视频彩铃多少钱一个月', expected: 'caller_ring', before: 'caller_ring', after: 'caller_ring_change', confidence_before: 0.91, confidence_after: 0.62 }],
    mended: [{ text: '想给电话换个彩铃', expected: 'caller_ring_change', before: 'subscribe_vas', after: 'caller_ring_change', confidence_before: 0.48, confidence_after: 0.93 }, { text: '更换彩铃', expected: 'caller_ring_change', before: 'caller_ring', after: 'caller_ring_change', confidence_before: 0.55, confidence_after: 0.96 }],
  },
  sentences: [['视频彩铃怎么换', 'caller_ring'], ['我想换一个视频彩铃', 'caller_ring'], ['彩铃换成别的歌', 'subscribe_vas'], ['怎么设置新的视频彩铃', 'subscribe_vas']].map(([words, before]) => ({ text: words, before, after: 'caller_ring_change', answer_before: '视频彩铃是来电时给对方看的短视频，每月6元。', answer_after: '打开“视频彩铃”小程序，进“我的彩铃”，选一条点“设为彩铃”就换好了。' })),
  sentences_count: 9,
  replay: { conversations: 200, turns: 1284, different: [{ at: ago(86400), text: '我这个彩铃听腻了换一首', before: 'subscribe_vas', after: 'caller_ring_change', answer_before: '请问要开通哪项业务？', answer_after: '打开“视频彩铃”小程序，进“我的彩铃”，选一条点“设为彩铃”就换好了。' }] },
  findings: { error: 0, warning: changes.length, hint: 2 },
});

export const LOG = ['读取知识 47 个意图 5 处修改', '检查 0 个错误', '写入训练目录', 'Epochs: 20/100 loss=1.93', 'Epochs: 60/100 loss=0.41', 'Epochs: 100/100 loss=0.18', '固定用例 416 句', '回放 200 通会话'];
