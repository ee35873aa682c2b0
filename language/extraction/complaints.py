"""What a complaint is about, by the types that the centre counts, and the other companies that customers name."""

import re
from collections.abc import Iterator

from language.numbers import Found

_UNASKED = "(?:私自|擅自|偷偷|莫名其妙|强行|强制|恶意|随便|乱|无缘无故)地?就?"
_GIVE = "(?:给我们?|帮我们?|把我们?|替我)?"
_VERY = "(?:很|太|特别|非常|真|这么|那么|极其|极|十分|超级|超|有点|也太|实在){0,3}"
_WITHOUT_CAUSE = "(?:无故|乱|无缘无故|莫名其妙|擅自|私自|强行|恶意|不通知就?|没通知就?)"
_SUBJECTS = {
    "billing": (
        rf"(?:乱|多|重复|错|无故|莫名其妙|恶意|私自|无缘无故|胡乱|随便)就?{_GIVE}地?[扣收](?:费用?|钱|话费)?",
        "(?:资费|费用|计费|话费|收费)有?(?:争议|错误|有误|不对|不合理)|账单(?:不对|有误|有问题|对不上)",
        "偷我?(?:话费|费|钱|流量)",
    ),
    "service_attitude": (
        rf"(?:服务)?态度{_VERY}(?:差劲?|恶劣|不好|不行|蛮横|敷衍|冷淡|有问题|傲慢|不耐烦)",
        rf"服务{_VERY}差劲?|骂人|骂我|不耐烦|挂我电话",
    ),
    "vas_subscription": (
        "(?:没有?|未)(?:经过|经|征得)?我?(?:的|本人)?(?:同意|允许|授权)(?:就|却|给我|擅自|私自){0,3}"
        "(?:开通?|订购?|办理?|定制|扣费)?",
        rf"{_UNASKED}{_GIVE}(?:开通|开|订购|订|定制|捆绑|办理|办|升级)|不知情|被(?:订购|开通|定制|强制开通)",
        "(?:从来|根本)没有?(?:订购?|开通?|办理?|定)过",
    ),
    "repeat_fault": (
        "又坏了?|又断网?了?|反复(?:出?故障|出问题|坏|掉线|断|报修)|三天两头(?:坏|断|出问题|出故障)",
        "修不好|重复(?:障碍|故障)|又出(?:问题|故障)了?|老坏|总坏",
    ),
    "installation_delay": (
        "没有?人(?:来|上门|过来)(?:[装修]机?)?|迟迟(?:不|没有?)(?:来|装|上门|安排|处理|动静)",
        "(?:安装|维修|[装移修]机?)(?:太慢|不及时)|爽约|放鸽子",
    ),
    "contract_mismatch": (
        "虚假(?:宣传|承诺)|欺骗(?:消费者|用户|客户)?|忽悠|霸王条款|套路|诱导(?:办理|消费|开通)?",
        "[跟和与]?(?:宣传|承诺|合同|合约|协议|当初说)的?(?:不符|不一样|不一致|不相符)",
    ),
    "suspension": (
        rf"{_WITHOUT_CAUSE}就?(?:被|给我|把我){{0,2}}的?(?:号码?|手机|宽带|电话)?给?(?:停机|停号|停了?|拆机|销户|关停)",
    ),
    "spam": ("(?:垃圾|骚扰|推销|诈骗|广告|营销)(?:短信|电话|信息)|响一声",),
    "port_out": (
        "(?:不让|不给|不准|不许|阻止|阻挠|刁难|拦着)(?:我的号|我们?|用户)?(?:携号|携)?转[网走出]?",
        "(?:携号转网|携转|转网)(?:受阻|办不了|失败|被拒|转不了)",
    ),
    "network_quality": ("网络质量|信号覆盖|覆盖(?:很|太)?(?:差|不好|不到)|信号盲区|没有?覆盖|没有?基站",),
    "business_handling": ("不给我?办理?|不予办理|推诿|踢皮球|互相推|推来推去|推三阻四|拒绝(?:办理|受理)|办不了业务",),
}
_SUBJECT = [(value, re.compile("|".join(patterns))) for value, patterns in _SUBJECTS.items()]

_COMPETITORS = {
    "china_mobile": r"中国移动|中移动|移动公司|移动营业厅|移动客服|移动用户|铁通|(?<!\d)10086(?!\d)",
    "china_unicom": r"中国联通|联通公司|联通|网通|(?<!\d)10010(?!\d)",
    "china_broadnet": r"中国广电|广电网络|广电公司|广电(?!局|总局|部)|(?<!\d)10099(?!\d)",
    "great_wall": r"长城宽带|鹏博士",
}
_COMPETITOR = [(value, re.compile(pattern)) for value, pattern in _COMPETITORS.items()]
# 移动 alone is the company only where neither a thing is mobile nor something is moved.
_MOBILE = re.compile(r"移动")
_MOBILE_THING = re.compile(
    "电话|网络|宽带|数据|业务|支付|办公|设备|电源|硬盘|互联|终端|端|wifi|通信|通讯|应用|光猫|路由|机顶盒|导航|上网|服务|流量"
    "|位置|一下|[到了下过不性版式]",
    re.I,
)
_COMPANY_AFTER = re.compile("[的、，,卡号比去吧呢是]|那边|那家|他们|[和跟与]?联通|用户|公司|便宜|信号|套餐")
_COMPANY_BEFORE = re.compile("(?:[转换](?:到|成)?|[去到是用和跟与比找从像办走回入选、]|用的|人家|隔壁|联通|投奔)$")
_MOVING_BEFORE = ("自动", "在", "能")


def complaint_subjects(text: str) -> Iterator[Found]:
    """Types of complaint. They may overlap; the longest one is meant."""
    for value, pattern in _SUBJECT:
        for found in pattern.finditer(text):
            yield Found("complaint_subject", *found.span(), value)


def competitors(text: str) -> Iterator[Found]:
    """Other operators. 移动 is one only where it is the company."""
    for value, pattern in _COMPETITOR:
        for found in pattern.finditer(text):
            yield Found("competitor", *found.span(), value)
    for found in _MOBILE.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        if _MOBILE_THING.match(after):
            continue
        if _COMPANY_BEFORE.search(before) or (
            _COMPANY_AFTER.match(after) and not before.endswith(("自动", "在", "能"))
        ):
            yield Found("competitor", *found.span(), "china_mobile")
