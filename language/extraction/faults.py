"""What is out of order: phenomena, the lights of a modem, and the numbers of error messages."""

import re
from collections.abc import Iterator

from language.numbers import Found
from language.numerals import number

# What may stand between a thing and what is wrong with it. Bounded, or a long run of such words would take for ever.
_ADVERB = (
    "(?:一直|老是|老|总是|总|经常|又|也|都|还是|还|突然|忽然|就是|就|特别|非常|很|太|好|真的|真|超级|超|巨|这么|那么|越来越|"
    "有点儿?|有些|完全|根本|全|动不动|怎么|时不时|三天两头|自己|挺|不停地?|频繁|好像|刚才|今天|现在|信号|它|给|直接){0,5}"
)
# 网卡 and 上网卡 are things; 网很卡 is not.
_SOME_ADVERB = _ADVERB.replace("{0,5}", "{1,5}")
_OFTEN = "(?:老是|老|总是|总|经常|动不动就?|时不时|三天两头|不停地?|频繁|一直|天天|隔三差五)"
_NET = "(?:网络|宽带|光纤|网)"
_MESSAGE = "(?:短信验证码|验证码短信|验证码|短信|彩信)"
_WIFI = "(?:wi-?fi|无线网络?|无线信号|无线)"
_TV = "(?:电视|节目|频道|直播|回看|点播|iptv|itv)"

# The order decides between spans of the same length.
_PHENOMENA = {
    "unstable": (
        "掉线|断线|断断续续|断续|时断时续|时好时坏|闪断|断流|信号时有时无",
        "一会儿?有(?:网|信号)?一会儿?没有?(?:网|信号)?|网络?不稳定?",
        rf"{_NET}{_OFTEN}都?要?断",
    ),
    "no_internet": (
        rf"上{_ADVERB}不了网|上不[去到成]网|上网上不[了去]|连不[上了]网|连接不上网|用不了网|登不上网",
        "(?:不能|无法|没法)(?:正常)?(?:上网|联网)|无网络|断网|没有?网络?(?![点费龄页站友速厅])",
        rf"{_NET}{_ADVERB}(?:断(?![断网流])|中断|不通|用不了|不能用|不可用|没有了|没了|没有|坏|瘫痪)",
        rf"{_NET}{_ADVERB}(?:连不上|连接不上|上不去|上不了|登不上)",
        rf"(?:流量|数据|4g|5g){_ADVERB}(?:上不了网|用不了|连不上)",
    ),
    "slow": (
        rf"(?:网速|网络|上网|宽带|网|下载速度?|速度|速率){_ADVERB}(?:慢|不达标|跟不上)",
        rf"(?:网速|网络|宽带){_ADVERB}卡(?![号片的])|(?:上网|网){_SOME_ADVERB}卡(?![号片])",
        "(?<![联线上])网卡(?=[死得了爆成]|$)|上网卡(?=[死得了爆])",
        rf"网速{_ADVERB}(?:差|低|不行|不够|不稳)|网络?延迟{_ADVERB}高|延迟{_ADVERB}高",
    ),
    "no_signal": ("(?:没有?|无)信号|信号(?:全|都|一下子?)?(?:没了|没有|消失)|无服务|搜不到(?:网络|信号)",),
    "weak_signal": (rf"信号{_ADVERB}(?:差|弱|不好|不行|不稳定?|不强|只有一格|一格|不满格|不太好)",),
    "no_outgoing_calls": (
        "(?:电话)?(?:都|就|也|根本|一直)?[打拨]不(?:了|出去?)(?:电话)?(?!几|多少)",
        "(?:不能|无法)(?:打|拨打)电话",
    ),
    "no_incoming_calls": (
        "接不[到了通](?:别人的?|任何|所有)?(?:电话|来电)|(?:电话)?[打呼]不进来?",
        "(?:电话|来电)接不[到了通]|接不到(?![单货人])",
    ),
    "calls_fail": ("(?:电话)?(?:都|也|就|一直|老是|总是|老|总)?[打拨]不通(?:电话)?",),
    "call_noise": ("杂音|听不清楚?|听不见|回音|电流声|噪音|串音|串线",),
    "no_dial_tone": ("(?:没有?|无)拨号音|(?:一直|总是|老是)?忙音",),
    "sms_failure": (
        rf"(?:收|接收|接)不到{_MESSAGE}|发不(?:了|出去?){_MESSAGE}",
        rf"{_MESSAGE}{_ADVERB}(?:收不到|接收不到|发不(?:出去?|了)|没收到|没来)",
    ),
    "dial_failure": (rf"拨号(?:一直|老是|总是)?失败|拨不上号|拨号{_ADVERB}(?:拨?不上|不成功)|宽带连接失败",),
    "wifi_failure": (
        rf"{_WIFI}{_ADVERB}(?:连不上|连接不[上了]|搜不到|搜索不到|没有了|没了|用不了|不见了|找不到|上不了网)",
        rf"(?:连不[上了]|搜不到|找不到|连接不上)(?:我?家里?的?)?{_WIFI}",
    ),
    "picture_broken": ("花屏|马赛克|雪花点?|画面(?:很|特别|有点)?模糊",),
    "stutter": (rf"卡顿|卡住|转圈圈?|缓冲|(?:画面|视频|{_TV}){_ADVERB}卡(?![号片顿住])|一卡一卡",),
    "black_screen": ("黑屏|蓝屏|(?:没有?|无)(?:画面|图像)",),
    "no_sound": ("(?:没有?|无)声音?|没声",),
    "cannot_watch": (rf"{_TV}{_ADVERB}(?:看不[了成到]|放不了|打不开|播不了|进不去|放不出来?)|看不了{_TV}|无法播放",),
    "no_power": ("开不了机|不通电|没通电|启动不了|启动不起来|(?:反复|自动|一直|老是|不停)重启",),
    "sim_failure": (
        "(?:不|识别不了|读不出|读不到|不能)识?别?(?:sim|手机)?卡|无(?:sim|手机)?卡(?!顿)|没有sim卡|无效卡",
    ),
}
_PHENOMENON = [(value, re.compile("|".join(patterns), re.I)) for value, patterns in _PHENOMENA.items()]

# A light's names; those that also name something else need 灯 right behind them.
_LED = {
    "los": r"(?:los|l0s|光信号)(?:的|指示|信号)*灯?",
    "pon": r"(?:g?e?pon)(?:的|指示|信号)*灯?|光纤(?:指示)?灯",
    "internet": r"(?:internet|网络|宽带|上网|注册|数据|网口|lan\d?)(?:信号|指示)*灯",
    "wifi": r"(?:wi-?fi|wlan|无线)(?:信号|指示)*灯",
    "power": r"(?:power|电源)(?:指示)?灯",
    "itv": r"(?:i?p?tv)(?:指示)?灯",
    "voice": r"(?:语音|phone|tel|电话)(?:指示)?灯",
}
_STILL = r"(?:是|一直|总是|老是|老|总|在|都|也|又|就|变成|变|成|还|突然|不停地?){0,4}"
_STATES = (
    r"(?P<red>(?:[闪亮冒]着?)?红色?灯?)|(?P<off>不亮|没亮|没有亮|灭|熄)"
    r"|(?P<flashing>一闪一闪|一闪|闪个不停|闪烁|狂闪|闪(?!红))|(?P<on>常亮|亮)"
)
_LIGHTS = [(led, re.compile(rf"(?<![a-z])(?:{names}){_STILL}(?:{_STATES})", re.I)) for led, names in _LED.items()]
_BARE_RED = re.compile(r"(?:[亮闪冒]着?了?个?)?红灯")
_ALL_OFF = re.compile(r"(?:所有的?|全部的?)?(?:指示)?灯(?:都|全|全都|全部)(?:不亮|没亮|灭|熄)")

# What an amount, a time or a package would be followed by.
_NO_ERROR = r"(?![\d.]|元|块|毛|[GMTgmt兆]|个|分|条|天|年|月|日|号|点|次|秒|小时|的?套餐)"
_ERROR = re.compile(
    "(?:错误|故障|报错|出错|报|提示|代码|代号|显示|弹出|出现|失败|error|拨号)"
    "(?:代码|码|号|信息|编号|了?一个|了|是|为|:|提示|错误|说){0,4}"
    rf" ?(?P<code>\d{{3,5}}|[一二三四五六七八九零幺]{{3}}){_NO_ERROR}",
    re.A | re.I,
)
_ERROR_AFTER = re.compile(r"(?<![\d.])(?P<code>\d{3,5})(?:的|这个|号)?(?:错误|故障码|报错|故障代码)", re.A)
# The broadband dial errors that customers name without any other word.
_DIAL_ERROR = re.compile(rf"(?<![\d.])(?:619|629|645|651|676|678|691|718|720|734|797|815|868){_NO_ERROR}", re.A)


def phenomena(text: str) -> Iterator[Found]:
    """What the customer notices. They may overlap; the longest one is meant."""
    for value, pattern in _PHENOMENON:
        for found in pattern.finditer(text):
            yield Found("phenomenon", *found.span(), value)


def lights(text: str) -> Iterator[Found]:
    """Lights as <light>_<red, off, flashing or on>; a red light without a name is the modem's LOS."""
    for led, pattern in _LIGHTS:
        for found in pattern.finditer(text):
            state = next(name for name, words in found.groupdict().items() if words)
            if led == "los" and state in {"flashing", "on"}:
                state = "red"
            yield Found("light", *found.span(), f"{led}_{state}")
    unnamed = _red_of(text)
    for found in _BARE_RED.finditer(text):
        if text[found.start() - 1 : found.start()] != "闯":
            yield Found("light", *found.span(), unnamed)
    for found in _ALL_OFF.finditer(text):
        yield Found("light", *found.span(), "all_off")


def _red_of(text: str) -> str:
    if "猫" not in text:
        for word, device in (("路由", "router"), ("机顶盒", "set_top_box"), ("盒子", "set_top_box")):
            if word in text:
                return f"{device}_red"
    return "los_red"


def error_codes(text: str) -> Iterator[Found]:
    """Numbers of error messages in digits, from three to five."""
    for pattern in (_ERROR, _ERROR_AFTER):
        for found in pattern.finditer(text):
            value = found["code"]
            if not value.isdecimal():
                value = str(number(value))
            yield Found("error_code", *found.span("code"), value)
    for found in _DIAL_ERROR.finditer(text):
        yield Found("error_code", *found.span(), found[0])
