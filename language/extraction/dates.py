"""Months, days and stretches of days, meant from where the customer stands in time."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.times import month_of
from language.numbers import Found, months
from language.numerals import NUMERAL, number

_MONTH = r"(?:十[一二]|[一二三四五六七八九十]|1[0-2]|0?[1-9])"
_DAY = r"(?:[12]\d|3[01]|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_MONTH_WORD = r"(?:大?上上个?月|上个?月|这个?月|本月|当月|下个?月)"
_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAYS = dict(zip("一二三四五六日天123456", (0, 1, 2, 3, 4, 5, 6, 6, 0, 1, 2, 3, 4, 5), strict=True))
_YEAR_OFFSETS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_WEEK_OFFSETS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2, "": 0}

_DAY_WORDS = {
    "大前天": -3, "前天": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨儿": -1, "昨晚": -1, "昨夜": -1, "今天": 0,
    "今日": 0, "今儿": 0, "今早": 0, "今晨": 0, "今晚": 0, "今夜": 0, "明天": 1, "明日": 1, "明儿": 1, "明早": 1,
    "明晚": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_RELATIVE_DAY = re.compile("|".join(sorted(_DAY_WORDS, key=len, reverse=True)))
_WEEKDAY = re.compile(
    rf"(?<![一二两三四五六七八九十几每\d])(?P<week>上上|下下|上|下|这|本)?个?{_WEEK}(?P<day>[一二三四五六日天1-6])"
    r"(?![次回个遍])",
    re.A,
)
_MONTH_AND_DAY = re.compile(
    rf"(?:(?P<year>20\d\d)年|(?P<word>今年|去年|前年|明年))?(?<!\d)(?P<month>{_MONTH})月份?的?(?P<day>{_DAY})[日号]",
    re.A,
)
_WORD_AND_DAY = re.compile(rf"(?P<word>{_MONTH_WORD})的?(?P<day>{_DAY})[日号]", re.A)
_BARE_DAY = re.compile(
    rf"(?<![尾工]号)(?<![\d第尾零一二两三四五六七八九十月百千路街弄巷道村里区园栋楼])(?P<day>{_DAY})号"
    r"(?![\d楼线门院店室机码厅台段卡桥池库房通键窗柜工牌床桌套])",
    re.A,
)
_WRITTEN = re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)", re.A)
_EDGE = re.compile(
    rf"(?<![每一二三四五六七八九十\d])(?<!每个)(?P<word>{_MONTH_WORD})?(?P<edge>月底|月末|月初|底|初)|(?P<year>今年|去年|明年)?年[底末]"
)
_AGO = re.compile(
    rf"(?<![每第])(?:(?P<n>{NUMERAL})|(?P<half>半))多?个?(?P<unit>天|周|星期|礼拜|月|年|小时|钟头|分钟)"
    r"(?P<way>之?前|以前|之?后|以后)",
    re.A,
)
_RECENT = re.compile(
    rf"(?:最近|近|过去|这)(?P<n>{NUMERAL}|半)个?(?P<unit>天|日|周|星期|礼拜|月|年)(?!前|以前|之前|后|以后|之后)", re.A
)
_WEEKS = re.compile(rf"(?P<week>上上|下下|上|下|这|本)个?{_WEEK}(?![一二三四五六日天1-6末]|[一二三]次)", re.A)
_WEEKEND = re.compile(rf"(?P<week>上上|下下|上|下|这|本)?个?{_WEEK}末")
_YEARS = re.compile(
    rf"(?P<word>今年|去年|前年)(?!{_MONTH}月|[年]?[底末初]|(?:都|快|已经|才|刚)?{NUMERAL}(?:多|来)?(?:岁|了))", re.A
)
_NEXT_MONTH = re.compile(r"下个?月(?!租)")
# The years that `language.numbers.months` does not know: nobody asks for those bills.
_FAR_MONTH = re.compile(rf"(?P<word>前年|明年|后年)(?P<month>{_MONTH})月份?(?!{_DAY}[日号])", re.A)

_LINK = re.compile(r"(?:号|日)?(?:到|至|~|-|—|–)+")
_SHORT_END = re.compile(rf"(?:到|至|~|-|—|–)(?P<day>{_DAY})[日号]", re.A)
_UNMARKED_DAYS = re.compile(
    rf"(?<!\d)(?:(?P<month>{_MONTH})月份?)?(?P<first>{_DAY})(?:到|至|~|-|—)(?P<last>{_DAY})[日号](?![\d楼线门院])", re.A
)
_MONTH_RANGE = re.compile(
    rf"(?:(?P<year>20\d\d)年|(?P<word>今年|去年))?(?<!\d)(?P<first>{_MONTH})月?份?(?:到|至|~|-|—)(?P<last>{_MONTH})月份?"
    rf"(?!{_DAY}[日号])",
    re.A,
)

_NEAR_DAYS = 92
# What was so long ago that it is being talked of, and what is still to be arranged.
_PAST_AFTER = re.compile(r".{0,6}?(?:开始|以来|就|的时候|[扣充交缴付开办报打修装买停订来](?:的|了|过)|为止)")
_PAST_BEFORE = re.compile(r"(?:从|自|自从)$")
_FUTURE_AFTER = re.compile(r".{0,6}?(?:上门|来装|来修|来人|过来|有空|可以|方便|安装|预约|再|能|行吗|行不行|之前|前)")
_FUTURE_BEFORE = re.compile(r"(?:改到|约到|约在|预约|换到|改成|改在|推迟到|约)$")


@dataclass(frozen=True)
class _Span:
    """A stretch of days with its place in the text; `kind` is date, month or date_range."""

    start: int
    end: int
    first: date
    last: date
    kind: str

    def found(self) -> Found:
        value = {
            "date": self.first.isoformat(),
            "month": f"{self.first:%Y-%m}" if self.first.year > 999 else self.first.isoformat()[:7],
            "date_range": f"{self.first.isoformat()}/{self.last.isoformat()}",
        }[self.kind]
        return Found(self.kind, self.start, self.end, value)


def dates(text: str, today: date, now: datetime | None = None) -> Iterator[Found]:
    """Months (YYYY-MM), dates (ISO 8601) and ranges (date/date); they may overlap, the longest one is meant."""
    spans = [*_points(text, today, now), *_ranges(text, today)]
    for span in [*spans, *_joined(text, spans, today)]:
        yield span.found()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shifted(day: date, by: int) -> date:
    """The same day some months on, or the last one of a shorter month."""
    month = month_of(day, by)
    year, number_of_month = int(month[:-3]), int(month[-2:])
    year = min(max(year, 1), 9999)
    return date(year, number_of_month, min(day.day, calendar.monthrange(year, number_of_month)[1]))


def _moved(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def _integer(text: str) -> int:
    return int(number(text) or 0)


def _direction(text: str, start: int, end: int) -> int:
    """-1 for what has happened, 1 for what is being arranged, 0 when the words beside it do not say."""
    before, after = text[:start], text[end:]
    if _FUTURE_BEFORE.search(before):
        return 1
    if _PAST_BEFORE.search(before) or _PAST_AFTER.match(after):
        return -1
    return 1 if _FUTURE_AFTER.match(after) else 0


def _month_offset(word: str) -> int:
    if word.startswith("下"):
        return 1
    return -word.count("上")


def _points(text: str, today: date, now: datetime | None) -> Iterator[_Span]:
    for found in months(text, today):
        year, month = int(found.value[:4]), int(found.value[5:])
        if year > 0:
            yield _month_span(found.start, found.end, date(year, month, 1))
    for match in _NEXT_MONTH.finditer(text):
        yield _month_span(*match.span(), _shifted(today.replace(day=1), 1))
    for match in _FAR_MONTH.finditer(text):
        far = _day(today.year + _YEAR_OFFSETS[match["word"]], _integer(match["month"]), 1)
        if far is not None:
            yield _month_span(*match.span(), far)
    for match in _RELATIVE_DAY.finditer(text):
        yield from _date_span(match, _moved(today, _DAY_WORDS[match[0]]))
    for match in _WEEKDAY.finditer(text):
        yield from _date_span(match, _weekday(text, match, today))
    for match in _MONTH_AND_DAY.finditer(text):
        yield from _date_span(match, _month_and_day(text, match, today))
    for match in _WORD_AND_DAY.finditer(text):
        first = _shifted(today.replace(day=1), _month_offset(match["word"]))
        yield from _date_span(match, _day(first.year, first.month, _integer(match["day"])))
    for match in _BARE_DAY.finditer(text):
        yield from _date_span(match, _bare_day(text, match, today))
    for match in _WRITTEN.finditer(text):
        yield from _date_span(match, _day(int(match["year"]), int(match["month"]), int(match["day"])))
    for match in _EDGE.finditer(text):
        yield from _date_span(match, _edge(match, today))
    for match in _AGO.finditer(text):
        yield from _date_span(match, _ago(match, today, now))


def _month_span(start: int, end: int, first: date) -> _Span:
    return _Span(start, end, first, first.replace(day=calendar.monthrange(first.year, first.month)[1]), "month")


def _date_span(match: "re.Match[str]", day: date | None) -> Iterator[_Span]:
    if day is not None:
        yield _Span(*match.span(), day, day, "date")


def _weekday(text: str, match: "re.Match[str]", today: date) -> date | None:
    day = _WEEKDAYS[match["day"]]
    if match["week"]:
        return _moved(today, -today.weekday() + 7 * _WEEK_OFFSETS[match["week"]] + day)
    ahead = (day - today.weekday()) % 7
    if _direction(text, *match.span()) < 0 and ahead:
        ahead -= 7
    return _moved(today, ahead)


def _month_and_day(text: str, match: "re.Match[str]", today: date) -> date | None:
    month, day = _integer(match["month"]), _integer(match["day"])
    if match["year"]:
        return _day(int(match["year"]), month, day)
    if match["word"]:
        return _day(today.year + _YEAR_OFFSETS[match["word"]], month, day)
    choices = [found for year in (-1, 0, 1) if (found := _day(today.year + year, month, day))]
    direction = _direction(text, *match.span())
    past = [choice for choice in choices if choice <= today]
    ahead = [choice for choice in choices if choice >= today]
    if direction < 0 and past:
        return max(past)
    if direction > 0 and ahead:
        return min(ahead)
    # Without a hint: what is near ahead, else what was last.
    near = [choice for choice in ahead if (choice - today).days <= _NEAR_DAYS]
    return min(near + past[-1:], key=lambda choice: abs((choice - today).days), default=None)


def _bare_day(text: str, match: "re.Match[str]", today: date) -> date | None:
    day = _integer(match["day"])
    direction = _direction(text, *match.span())
    offset = 0
    if direction < 0 and day > today.day:
        offset = -1
    elif direction > 0 and day < today.day:
        offset = 1
    month = _shifted(today.replace(day=1), offset)
    return _day(month.year, month.month, day)


def _edge(match: "re.Match[str]", today: date) -> date | None:
    if match[0][-2:-1] == "年":
        return _day(today.year + _YEAR_OFFSETS[match["year"] or "今年"], 12, 31)
    if match["edge"] in {"底", "初"} and not match["word"]:
        return None
    month = _shifted(today.replace(day=1), _month_offset(match["word"] or ""))
    return month if "初" in match["edge"] else _month_span(0, 0, month).last


def _ago(match: "re.Match[str]", today: date, now: datetime | None) -> date | None:
    count, unit = (0 if match["half"] else _integer(match["n"])), match["unit"]
    sign = -1 if "前" in match["way"] else 1
    if count > 1000:
        return None
    if unit in {"小时", "钟头", "分钟"}:
        minutes = (count or 0.5) * (1 if unit == "分钟" else 60)
        return (now + timedelta(minutes=sign * minutes)).date() if now else today
    if unit == "月":
        return _moved(today, sign * 15) if match["half"] else _shifted(today, sign * count)
    if unit == "年":
        return _shifted(today, sign * (6 if match["half"] else 12 * count))
    if match["half"]:
        return None
    return _moved(today, sign * count * (1 if unit == "天" else 7))


def _ranges(text: str, today: date) -> Iterator[_Span]:
    monday = _moved(today, -today.weekday()) or today
    for match in _RECENT.finditer(text):
        yield from _range_span(match, _recent(match["n"], match["unit"], today), today)
    for match in _WEEKS.finditer(text):
        first = _moved(monday, 7 * _WEEK_OFFSETS[match["week"]])
        yield from _range_span(match, first, first and _moved(first, 6))
    for match in _WEEKEND.finditer(text):
        first = _moved(monday, 7 * _WEEK_OFFSETS[match["week"] or ""] + 5)
        yield from _range_span(match, first, first and _moved(first, 1))
    for match in _YEARS.finditer(text):
        year = today.year - {"今年": 0, "去年": 1, "前年": 2}[match["word"]]
        yield from _range_span(match, _day(year, 1, 1), _day(year, 12, 31))
    for match in _UNMARKED_DAYS.finditer(text):
        month = _month_of_range(match["month"], today)
        first = _day(month.year, month.month, _integer(match["first"]))
        yield from _range_span(match, first, _day(month.year, month.month, _integer(match["last"])))
    for match in _MONTH_RANGE.finditer(text):
        if "月" in match[0]:
            yield from _range_span(match, *_month_range(match, today))


def _range_span(match: "re.Match[str]", first: date | None, last: date | None) -> Iterator[_Span]:
    if first is not None and last is not None and first <= last:
        yield _Span(*match.span(), first, last, "date_range")


def _recent(count: str, unit: str, today: date) -> date | None:
    half = count == "半"
    amount = 0 if half else _integer(count)
    if unit in {"天", "日"}:
        return None if half or not 0 < amount < 1000 else _moved(today, 1 - amount)
    if unit in {"周", "星期", "礼拜"}:
        return None if half or not 0 < amount < 200 else _moved(today, 1 - 7 * amount)
    if unit == "月" and half:
        return _moved(today, -14)
    by = (6 if half else 12 * amount) if unit == "年" else amount
    return _moved(_shifted(today, -by), 1) if 0 < by < 240 else None


def _month_of_range(month: str | None, today: date) -> date:
    """The first of the month that a bare range of days lies in."""
    if not month:
        return today.replace(day=1)
    wanted = _integer(month)
    return date(today.year - (1 if wanted > today.month + 1 and today.year > 1 else 0), wanted, 1)


def _month_range(match: "re.Match[str]", today: date) -> tuple[date | None, date | None]:
    first, last = _integer(match["first"]), _integer(match["last"])
    if match["year"]:
        year = int(match["year"])
    elif match["word"]:
        year = today.year - (match["word"] == "去年")
    else:
        year = today.year - (last > today.month)
    start = _day(year - (1 if first > last else 0), first, 1)
    end = _day(year, last, 1)
    return start, end and _month_span(0, 0, end).last


def _joined(text: str, spans: list[_Span], today: date) -> Iterator[_Span]:
    """Two days with 到 between them, the second perhaps by its number or weekday only."""
    starts: dict[int, _Span] = {}
    for span in spans:
        if span.kind != "date_range" and (span.start not in starts or span.end > starts[span.start].end):
            starts[span.start] = span
    for span in starts.values():
        if short := _SHORT_END.match(text, span.end):
            last = _day(span.first.year, span.first.month, _integer(short["day"]))
            if last and last >= span.first:
                yield _Span(span.start, short.end(), span.first, last, "date_range")
                continue
        link = _LINK.match(text, span.end)
        other = starts.get(link.end()) if link else None
        if other is None:
            continue
        last = other.last
        if last < span.first and other.end - other.start <= 3:
            # 上周三到周五: the weekday of the same week
            last = _moved(last, 7 * -(-(span.first - last).days // 7)) or last
        elif last > span.first and _WEEKDAY.fullmatch(text, other.start, other.end) and span.first < today:
            while (last - span.first).days >= 7:
                last -= timedelta(days=7)
        if last >= span.first:
            yield _Span(span.start, other.end, span.first, last, "date_range")
