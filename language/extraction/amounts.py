"""Money, amounts of data, speeds of a line and lengths of time."""

import re
from collections.abc import Iterator
from decimal import Decimal

from language.numbers import Found
from language.numerals import NUMERAL, number

_DIGIT = r"[\d零一二两三四五六七八九]"
_ABOUT = r"[多来余几]?"
_YUAN = re.compile(
    rf"(?P<sign>[¥￥])?(?P<n>{NUMERAL}){_ABOUT}(?P<unit>块|元|圆)"
    rf"(?:(?P<tenths>{_DIGIT})(?![\d十百千个年月天点号GMgm兆])(?:[毛角](?:零?(?P<cents>{_DIGIT})分?)?)?)?(?:钱|人民币)?",
    re.A,
)
_SMALL = re.compile(rf"(?P<n>{NUMERAL})(?:(?P<tenths>[毛角])(?:(?P<cents>{_DIGIT})(?![个百十块元]))?分?钱?|分钱)", re.A)
_SIGNED = re.compile(rf"[¥￥] ?(?P<n>{NUMERAL})(?![\d.])", re.A)
# A bare number is money right after such a verb: 充100, 扣了我两百五.
_AFTER_VERB = re.compile(
    r"(?:充值?|交费?|缴费?|扣费?|退费?|收费?|花|欠费?|返还?|赔偿?|补|预存|存)(?:了|掉)?(?:我|他|她)?(?:的)?(?:话费|钱)?"
    rf"(?P<n>{NUMERAL}){_ABOUT}(?![\d.:%％个点年月天日号次条分秒小周星期台部张位岁折倍档级名遍项人户家路楼室栋种份笔回样件季遭块元圆毛角兆GMTKgmtk])",
    re.A,
)
# 一块 alone is "together" unless something is paid or something follows that only money has.
_TOGETHER = re.compile(r"[充交缴扣退收花欠付差要才就剩省返每](?:了|了?我)?$|只有$")


def _fen(amount: Decimal) -> str:
    return str(int((amount * 100).to_integral_value()))


def money(text: str) -> Iterator[Found]:
    """Amounts in fen."""
    for found in _YUAN.finditer(text):
        amount = number(found["n"])
        if amount is None or text[found.end("unit") : found.end("unit") + 1] == "儿":
            continue
        if found[0] == "一块" and not _TOGETHER.search(text[: found.start()]):
            continue
        for group, share in (("tenths", Decimal("0.1")), ("cents", Decimal("0.01"))):
            if found[group]:
                amount += (number(found[group]) or 0) * share
        yield Found("money", *found.span(), _fen(amount))
    for found in _SMALL.finditer(text):
        amount = number(found["n"])
        if amount is not None:
            share = Decimal("0.1") if found["tenths"] else Decimal("0.01")
            cents = (number(found["cents"]) or 0) if found["cents"] else 0
            yield Found("money", *found.span(), _fen(amount * share + cents * Decimal("0.01")))
    for found in _SIGNED.finditer(text):
        amount = number(found["n"])
        if amount is not None:
            yield Found("money", *found.span(), _fen(amount))
    for found in _AFTER_VERB.finditer(text):
        amount = number(found["n"])
        if amount is not None and 10 <= amount < 1_000_000:
            end = found.end()
            yield Found("money", found.start("n"), end, _fen(amount))


_DATA_UNITS = {"t": Decimal(1024 * 1024), "g": Decimal(1024), "m": Decimal(1), "k": Decimal(1) / 1024, "兆": Decimal(1)}
_DATA = re.compile(
    rf"(?P<n>{NUMERAL}){_ABOUT}(?P<count>个)?(?P<unit>[tgmk](?:b|bps)?|兆)(?![a-z])",
    re.A | re.I,
)
# 4G and 5G are generations of the network, unless something is counted in them.
_GENERATION = re.compile(r"[2-6二三四五六]g", re.I)
_COUNTED_AFTER = re.compile(r"(?:的)?(?:国内|通用|定向|免费|高速|夜间|省内)?(?:的)?(?:流量|加油包|空间|内存)")
_COUNTED_BEFORE = re.compile(r"(?:剩|剩余|剩下|剩了|还有|还剩|用了|用掉|超了|超出|不到|送我)$")
_NETWORK_AFTER = re.compile(r"(?:手机|网络|套餐|信号|卡|畅享|基站|网|用户|版|覆盖|时代)")
_SPEED_AFTER = re.compile(r"(?:的|家庭|单|光|企业)*(?:宽带|光纤|带宽|光宽|网速|专线|小区)")
_SPEED_WORDS = re.compile(r"宽带|光纤|网速|带宽|测|提速|提到|速率|速度|专线|升")
# What broadband is sold in: 两百兆跟三百兆差多少 is about nothing else.
_TIERS_SOLD = frozenset({100, 200, 300, 500, 1000, 2000})
_DATA_WORDS = re.compile(r"流量|用了|剩|超出|超了|空间|加油包")
_TIER = re.compile(rf"(?<![\d零一二两三四五六七八九十几])(?P<tier>[百千万])兆(?!{_COUNTED_AFTER.pattern})")
_TIERS = {"百": "100", "千": "1000", "万": "10000"}


def data_and_speed(text: str) -> Iterator[Found]:
    """Amounts of data in MB, speeds in Mbit/s; 200M is one or the other by what stands beside it."""
    for found in _TIER.finditer(text):
        yield Found("speed", *found.span(), _TIERS[found["tier"]])
    for found in _DATA.finditer(text):
        amount = number(found["n"])
        if amount is None:
            continue
        unit = found["unit"].lower()
        after, before = text[found.end() :], text[: found.start()]
        if _GENERATION.fullmatch(found[0]) and (
            _NETWORK_AFTER.match(after) or not (_COUNTED_AFTER.match(after) or _COUNTED_BEFORE.search(before))
        ):
            continue
        speed = unit.endswith("bps") or (not found["count"] and _is_speed(text, unit, after, amount))
        if speed:
            mbps = amount * (1000 if unit[0] == "g" else 1)
            yield Found("speed", *found.span(), _plain(mbps))
        else:
            megabytes = amount * _DATA_UNITS[unit[0]]
            if megabytes >= 1:
                yield Found("data_amount", *found.span(), _plain(megabytes))


def _is_speed(text: str, unit: str, after: str, amount: Decimal) -> bool:
    if _SPEED_AFTER.match(after):
        return True
    if unit not in {"m", "兆"} or _COUNTED_AFTER.match(after):
        return False
    return not _DATA_WORDS.search(text) and (amount in _TIERS_SOLD or bool(_SPEED_WORDS.search(text)))


def _plain(amount: Decimal) -> str:
    return str(int(amount.to_integral_value()))


_DURATION = re.compile(
    rf"(?<![第每上下哪某那这前后近])(?<!有(?=一天))(?:(?P<n>{NUMERAL})(?P<more>[多来几])?|(?P<half>半))"
    r"(?P<and_half>个半|个)?(?P<after>多)?(?P<unit>小时|钟头|分钟|秒钟?|天|周|星期|礼拜|月|年|季度)(?P<tail>半)?"
    r"(?!两头|前|以前|之前|后|以后|之后|到晚|级|代|报)",
    re.A,
)
_NEEDS_COUNTER = {"月", "季度"}
_NO_COUNTER = {"天", "年", "分钟", "秒", "秒钟", "周"}
_TIME_UNITS = {"小时": "H", "钟头": "H", "分钟": "M", "秒": "S", "秒钟": "S"}
_SHARES = {"H": (60, "M"), "M": (60, "S"), "Y": (12, "M"), "D": (24, "H")}


def durations(text: str) -> Iterator[Found]:
    """Lengths of time as ISO 8601: 一年半 is P18M, 一个半小时 PT90M."""
    for found in _DURATION.finditer(text):
        unit = found["unit"]
        if (unit in _NEEDS_COUNTER and not found["and_half"]) or (unit in _NO_COUNTER and found["and_half"]):
            continue
        value = _half(unit) if found["half"] else _duration(found)
        if value is not None:
            yield Found("duration", *found.span(), value)


def _half(unit: str) -> str | None:
    # 半天 is "for a long while"
    return {"年": "P6M", "月": "P15D", "小时": "PT30M", "钟头": "PT30M"}.get(unit)


def _duration(found: "re.Match[str]") -> str | None:
    amount = number(found["n"])
    unit = found["unit"]
    if amount is None or not 0 < amount < 1000:
        return None
    half = found["tail"] or found["and_half"] == "个半"
    if unit in _TIME_UNITS:
        letter = _TIME_UNITS[unit]
        if half and letter in _SHARES:
            share, smaller = _SHARES[letter]
            return f"PT{_plain(amount * share + share // 2)}{smaller}"
        if amount % 1 and letter in _SHARES:
            share, smaller = _SHARES[letter]
            return f"PT{_plain(amount * share)}{smaller}"
        return f"PT{_plain(amount)}{letter}"
    if unit == "年":
        months = amount * 12 + (6 if half else 0)
        return f"P{_plain(months)}M" if months % 12 else f"P{_plain(amount)}Y"
    days = {"天": 1, "周": 7, "星期": 7, "礼拜": 7}.get(unit)
    if days is not None:
        return f"P{_plain(amount * days)}D"
    months = amount * (3 if unit == "季度" else 1)
    return f"P{_plain(months * 30 + 15)}D" if half else f"P{_plain(months)}M"
