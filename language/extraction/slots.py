"""Times of day: when somebody is at home for the engineer, or may be called back."""

import re
from collections.abc import Iterator

from language.numbers import Found
from language.numerals import number

# Parts of the day as stretches (hours), and whether their hours are counted from noon.
_PARTS = {
    "凌晨": (0, 6, False), "半夜": (0, 6, False), "深夜": (0, 6, False), "清晨": (6, 9, False), "早晨": (6, 12, False),
    "早上": (6, 12, False), "一大早": (6, 12, False), "大清早": (6, 12, False), "上午": (8, 12, False),
    "中午": (11, 14, True), "午后": (12, 18, True), "下午": (12, 18, True), "傍晚": (17, 20, True),
    "晚上": (18, 22, True), "晚间": (18, 22, True), "夜里": (18, 22, True), "夜晚": (18, 22, True),
}  # fmt: skip
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_HOUR = r"(?:2[0-4]|1\d|0?\d|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_MINUTE = r"(?:半|整|钟|一刻|三刻|[0-5]\d分?|[二三四五]?十[一二三四五六七八九]?分?|零[一二三四五六七八九]分?)"
_CLOCK = rf"(?:{_HOUR}点{_MINUTE}?|(?:[01]?\d|2[0-4])[:：][0-5]\d)"
_SIDE = r"(?:之前|以前|之后|以后|过后|前|后)"
_LINK = r"(?:到|至|-|~|—|–)"
_SLOT = re.compile(
    rf"(?:(?P<part>{_PART})的?|(?<![\d.几差第零一二两三四五六七八九]))(?P<first>{_CLOCK}|{_HOUR}(?={_LINK}{_HOUR}点))"
    rf"(?:{_LINK}(?P<part2>{_PART})?(?P<last>{_CLOCK})|(?P<side>{_SIDE}))?(?![\d几零一二三四五六七八九])",
    re.A,
)
# 早上好 is a greeting, 等了一上午 a length of time.
_PART_ALONE = re.compile(rf"(?<![^周期拜]一)(?<!\A一)(?:{_PART})(?!好)")
_AFTER_WORK = re.compile(r"下班(?:以后|之后|后)")
# 一点 is "a little", 两点 may be two points of an argument.
_A_LITTLE = re.compile(r"一点|1点")
_POINTS = re.compile(r"(?:水|意见|建议|要求|原因|问题|不满|疑问|想法|声明|理由|诉求)")
_EVENING_BEFORE = re.compile(r"[今昨明前]晚$")
_MORNING_BEFORE = re.compile(r"[今明]早$")


def slots(text: str) -> Iterator[Found]:
    """Times of day as HH:MM, or HH:MM-HH:MM for a stretch."""
    for match in _SLOT.finditer(text):
        value = _value(text, match)
        if value is not None:
            yield Found("time_slot", *match.span(), value)
    for match in _PART_ALONE.finditer(text):
        start, end, _ = _PARTS[match[0]]
        yield Found("time_slot", *match.span(), f"{start:02d}:00-{end:02d}:00")
    for match in _AFTER_WORK.finditer(text):
        yield Found("time_slot", *match.span(), "18:00-24:00")


def _value(text: str, match: "re.Match[str]") -> str | None:
    before, after = text[: match.start()], text[match.end() :]
    afternoon = _afternoon(match["part"], before)
    if afternoon is None and not match["last"]:
        if _A_LITTLE.fullmatch(match["first"]) and not match["side"]:
            return None
        if _POINTS.match(after):
            return None
    first = _minutes(match["first"], afternoon, match["part"])
    if first is None:
        return None
    if match["side"]:
        return f"00:00-{_clock(first)}" if "前" in match["side"] else f"{_clock(first)}-24:00"
    if not match["last"]:
        return _clock(first)
    last = _minutes(match["last"], _afternoon(match["part2"], "") if match["part2"] else afternoon, match["part2"])
    if last is None:
        return None
    if last <= first and last + 720 <= 1440:
        last += 720
    return f"{_clock(first)}-{_clock(last)}" if last > first else None


def _afternoon(part: str | None, before: str) -> bool | None:
    if part:
        return _PARTS[part][2]
    if _EVENING_BEFORE.search(before):
        return True
    return False if _MORNING_BEFORE.search(before) else None


def _minutes(words: str, afternoon: bool | None, part: str | None) -> int | None:
    """Minutes since midnight; without a part of the day one to seven o'clock are in the afternoon."""
    hour_words, _, minute_words = words.replace("：", ":").replace(":", "点", 1).partition("点")
    hour = int(number(hour_words) or 0)
    minute = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, "钟": 0, "": 0}.get(minute_words)
    if minute is None:
        minute = int(number(minute_words.rstrip("分")) or 0)
    written = ":" in words or "：" in words
    if part in {"凌晨", "半夜", "深夜"}:
        hour %= 12
    elif afternoon and hour < 12 and not (part == "中午" and hour >= 10):
        hour += 12
    elif afternoon and hour == 12 and part not in {"中午", "下午", "午后"}:
        hour = 24
    elif afternoon is None and not written and 1 <= hour <= 7:
        hour += 12
    total = hour * 60 + minute
    return total if total <= 1440 else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
