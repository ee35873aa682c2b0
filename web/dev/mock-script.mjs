/** What the mock desk answers, and its demo customers. */
const choices = (...titles) => titles.map((title, index) => ({ id: `c-${Date.now()}-${index}`, title }));
const row = (label, value, note = null, ratio = null) => ({ label, value, note, ratio });

const CARDS = {
  bill: {
    kind: 'bill', title: '2025年10月账单', amount: '128.50元',
    rows: [
      row('5G畅享129元套餐月基本费', '129.00元', '账期 10月1日—10月31日'),
      row('套餐外流量费', '5.50元', '超出 1.1 GB，按 5 元/GB 计'),
      row('增值业务费（视频彩铃）', '6.00元'),
      row('优惠减免', '-12.00元', '存费送费协议返还，至2026年3月'),
    ],
    note: '账单每月3日出具，如有疑问可回复“费用明细”或转人工。',
  },
  balance: {
    kind: 'balance', title: '189****5678 的话费余额', amount: '¥56.20',
    rows: [row('可用余额', '56.20元'), row('赠送余额', '20.00元', '每月返还10元'), row('本月已产生费用', '43.10元')], note: null,
  },
  usage: {
    kind: 'usage', title: '本月用量（截至今天 14:00）', amount: null,
    rows: [
      row('国内通用流量', '已用 24.6 GB / 40 GB', '剩余 15.4 GB', 0.615),
      row('定向流量', '已用 29.8 GB / 30 GB', '剩余 0.2 GB', 0.993),
      row('国内语音', '已用 180分钟 / 1000分钟', '剩余 820分钟', 0.18),
      row('短信', '0条 / 100条', null, 0),
    ],
    note: '用量数据可能有约30分钟的延迟。',
  },
  package: {
    kind: 'package', title: '当前套餐', amount: null,
    rows: [row('5G畅享融合套餐129元档', '129元/月', '含40GB流量、1000分钟语音、300M宽带'), row('视频彩铃', '6元/月'), row('合约到期', '2026年3月31日')], note: null,
  },
  points: { kind: 'points', title: '积分', amount: '3,280分', rows: [row('年底到期', '1,200分', '2025年12月31日失效')], note: null },
  recharges: {
    kind: 'recharges', title: '近三个月充值记录', amount: null,
    rows: [row('11月3日 08:00', '+50.00元', '微信支付'), row('10月2日 19:24', '+100.00元', '网上营业厅'), row('9月1日 10:11', '+50.00元', '已到账')], note: null,
  },
};
const WORDS = [
  [/余额/, 'balance', '您的话费余额如下：'],
  [/流量/, 'usage', '这是您本月的用量：'],
  [/套餐/, 'package', '您当前的套餐与已订业务：'],
  [/积分/, 'points', '您的积分情况：'],
  [/充值/, 'recharges', '这是您最近的充值记录：'],
];

const bot = (text, more = {}) => ({ role: 'bot', text, ...more });

export function reply(words, one) {
  if (/转人工/.test(words)) {
    const queue = { position: 2, ahead: 1, estimate_minutes: 3, text: '您前面还有1位客户，预计等待3分钟' };
    return { messages: [{ role: 'system', text: '正在为您转接人工客服', choices: choices('留号码，让客服回电') }], mode: 'queued', queue };
  }
  if (/^1\d{10}$/.test(words)) {
    one.number = words;
    const code = '482913';
    return {
      messages: [bot(`已向 ${words.slice(0, 3)}****${words.slice(-4)} 发送短信验证码，请在5分钟内输入6位数字。`, { choices: choices('重新发送', '换个号码') })],
      text: { number: words, text: `【中国电信】验证码 ${code}，5分钟内有效。您正在查询账户信息，请勿告诉他人。` },
    };
  }
  if (/^\d{6}$/.test(words)) {
    return { messages: [bot('验证通过，这是您上个月的账单：', { card: CARDS.bill }), bot('还需要查什么？', { choices: choices('剩余流量', '话费余额', '费用明细', '转人工') })] };
  }
  if (/图片/.test(words)) return { messages: [bot('图片已收到，会随工单一起交给处理人员。')] };
  if (/长/.test(words)) return { messages: [bot(`https://example.invalid/${'verylongword'.repeat(12)}\n<b>不是粗体</b>\n${'这是一段很长的说明文字。'.repeat(12)}`)] };
  const known = WORDS.find(([pattern]) => pattern.test(words));
  if (known) return { messages: [bot(known[2], { card: CARDS[known[1]], choices: choices('查账单', '转人工') })] };
  return { messages: [bot('请问您要查询哪个号码？请输入11位手机号。', { choices: choices('本机号码', '宽带账号', '转人工') })] };
}

const NAMES = ['陈静', '王建国', '李桂英', '赵子轩', '刘洋', '欧阳思远', '周敏', '吴海涛'];
const STORIES = [
  ['basic', '一切正常的普通用户，想查上个月话费。'],
  ['arrears', '连续两个月没有缴费，昨天被停机，刚充了50元还没有恢复。', 'suspended', 'topup_not_credited'],
  ['elderly', '68岁，习惯打电话找人工，最近收到不认识的扣费。', 'vas_dispute'],
  ['contract_ending', '129元融合套餐下月到期，近三个月消费下降，正在比较资费。', 'arpu_drop'],
];
export const CUSTOMERS = NAMES.map((name, index) => {
  const [tag, story, ...tags] = STORIES[index % STORIES.length];
  return { number: `1891234567${index}`, name, level: `${(index % 7) + 1}星级`, tags: [tag, ...tags], story };
});
