/** Every sentence that the customer page itself says. What the desk says comes from the desk. */
import type { PageTexts } from '../shared/contract';

export const HOTLINE = '10000';

export const FALLBACK_PAGE: PageTexts = {
  title: '万号智能客服',
  greeting:
    '您好，我是万号智能客服。查话费、查流量、办业务、报障投诉，直接告诉我就行；想找人工，随时点“转人工”。',
  quick: [
    { title: '查话费', text: '帮我查一下上个月话费' },
    { title: '查余额', text: '我的话费余额还有多少' },
    { title: '剩余流量', text: '我还剩多少流量' },
    { title: '我的套餐', text: '我现在是什么套餐' },
    { title: '积分', text: '查一下我的积分' },
    { title: '充值记录', text: '查一下充值记录' },
  ],
};

export const T = {
  human: '转人工',
  humanText: '转人工',
  humanQueued: '排队中',
  humanServing: '人工服务中',
  large: '大字版',
  normal: '标准版',
  menu: '更多',
  newConversation: '开始新会话',
  endConversation: '结束会话',
  close: '关闭',
  remove: '删除',
  retry: '重试',
  sendLabel: '发送消息',
  welcome: '您可以这样问我',

  thumbs: {
    label: '这个回答有用吗',
    good: '有用',
    bad: '没用',
    thanks: '谢谢您的反馈',
    sorry: '谢谢，我们会改进',
  },

  status: {
    connecting: '连接中…',
    online: '在线',
    reconnecting: '重新连接中…',
    offline: '网络已断开',
    queued: (position: number | null): string => (position ? `排队第${position}位` : '排队中'),
    human: '人工客服为您服务',
    ended: '会话已结束',
    unreachable: '暂时连接不上',
  },

  queue: {
    title: '正在为您转接人工客服',
    fallback: (ahead: number | null, minutes: number | null): string =>
      [
        ahead === null ? '正在排队' : ahead === 0 ? '马上轮到您' : `您前面还有${ahead}位`,
        minutes ? `预计等待${minutes}分钟` : '',
      ]
        .filter(Boolean)
        .join('，'),
    keep: '排队时可以继续留言，客服接入后都能看到',
  },

  connection: {
    offline: '网络已断开，恢复后会自动重新连接',
    reconnecting: '连接中断，正在重新连接…',
    long: '仍未连上，急事可拨打 10000',
  },

  sender: { bot: '智能客服', agent: '人工客服', customer: '我', system: '系统提示' },

  delivery: {
    sending: '发送中',
    uploading: (percent: number): string => `上传中 ${percent}%`,
    failed: '未送达',
    failedRetry: '未送达 点击重试',
    tooLong: '内容太长，请控制在1000字以内',
    tooFast: '发送太快了，请稍等几秒再试',
    refused: '这条消息没有发送成功，请换个说法再试',
    pictureTooLarge: '图片太大，请选择5MB以内的图片',
    pictureRefused: '这张图片没有上传成功，请换一张再试',
    server: '系统繁忙，请稍后再试',
  },

  composer: {
    label: '输入您的问题',
    placeholder: '请输入您的问题',
    placeholderHuman: '给人工客服留言',
    picture: '发送图片',
    pictureReady: '点“发送”把图片发给客服',
    removePicture: '移除图片',
    count: (used: number, limit: number): string => `${used}/${limit}`,
    over: (by: number): string => `超出${by}个字，请删减后再发送`,
    hint: 'Enter 发送，Shift+Enter 换行',
    quick: '常见问题',
  },

  picture: {
    wrongType: '仅支持 JPG、PNG、WebP、GIF 格式的图片',
    tooLarge: (megabytes: string): string => `图片有 ${megabytes} MB，超过了 5 MB，请压缩或截图后再发`,
    empty: '这张图片是空的，请换一张',
    alt: '图片',
    sent: '您发送的图片，点击查看大图',
    received: '客服发来的图片，点击查看大图',
    loading: '图片加载中…',
    failed: '图片加载失败，点击重试',
    view: '查看大图',
  },

  list: {
    label: '对话记录',
    newMessages: '有新消息',
    toBottom: '回到最新消息',
    expired: '之前的会话已过期，已为您开始新会话',
    ended: '会话已结束，感谢使用万号智能客服',
  },

  choices: { label: '可选项' },
  typing: { bot: '正在查询，请稍候', agent: '人工客服正在输入' },

  unreachable: {
    title: '暂时连接不上在线客服',
    body: '可能是网络不稳定，也可能是系统正在维护。您可以稍后重试，或拨打客服热线：',
    auto: '页面会自动重试',
  },

  crashed: {
    title: '页面出了点问题',
    body: '刷新页面即可继续，聊天记录不会丢失。也可以直接拨打客服热线：',
    reload: '刷新页面',
  },

  confirm: {
    newTitle: '开始新会话？',
    newBody: '当前对话将结束，聊天记录不再显示在这里。',
    endTitle: '结束本次会话？',
    endBody: '结束后如需帮助，可以随时开始新会话。',
    waiting: '您正在排队或由人工客服服务，结束后需要重新排队。',
    stay: '继续对话',
  },

  demo: {
    label: '演示环境',
    title: '演示手机',
    explain: '以下客户均为虚构，短信只在这里显示，不会真的发出。',
    open: '打开演示手机',
    collapse: '收起演示手机',
    search: '搜索姓名、号码、标签或情况',
    pick: '选择一位演示客户',
    none: '没有符合的客户',
    loading: '正在加载…',
    failed: '演示数据加载失败',
    change: '换一位',
    fillNumber: '填入号码',
    fillCode: (code: string): string => `填入验证码 ${code}`,
    inbox: '短信',
    noSms: '还没有短信。查询账户时，验证码会发到这里。',
    smsFrom: '10000',
  },
} as const;

/** The sandbox's customer tags in words; an unknown tag is shown as it is. */
export const TAGS: Record<string, string> = {
  basic: '普通客户',
  excluded: '不参加营销',
  corporate_paid: '对公托收',
  arrears: '欠费',
  suspended: '已停机',
  contract_ending: '合约将到期',
  outage_area: '故障区域',
  repeat_fault: '重复障碍',
  vas_dispute: '增值业务争议',
  topup_not_credited: '充值未到账',
  elderly: '65岁以上',
  enterprise: '政企',
  arpu_drop: '消费下降',
  porting_eligible: '可携出',
  porting_blocked: '携出受限',
  multi_line: '多号码',
  do_not_disturb: '免打扰',
};
