"""Phone numbers, one-time codes and months in normalised text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from common.times import month_of

_MOBILE = re.compile(r"(?<!\d)(?:(?:\+?86)[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)")
_CODE = re.compile(r"(?<![\d.])\d{6}(?![\d.])(?!元|块)")
_CHINESE_MONTHS = {
    name: number + 1
    for number, name in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"])
}
_MONTH_WORD = r"十[一二]?|[一二三四五六七八九]|1[0-2]|0?[1-9]"
_RELATIVE = re.compile(r"(?P<back>(?:大?上)+)个?月(?!租)|(?P<now>这个?月|本月|当月|这月)(?!租)")
# 三月五号 is a day, not a month.
_ABSOLUTE = re.compile(
    rf"(?:(?P<year>20\d\d)年|(?P<word>今年|去年))?(?<!\d)(?P<month>{_MONTH_WORD})月份?"
    r"(?!\d|[一二三四五六七八九十]+[日号])"
)
_DASHED = re.compile(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<month>0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True)
class Found:
    """An entity: `start` and `end` are offsets in the text searched, `value` its meaning in a fixed spelling."""

    entity: str
    start: int
    end: int
    value: str


def mobile_numbers(text: str) -> Iterator[Found]:
    """Mobile numbers, 11 digits without separators as value."""
    for found in _MOBILE.finditer(text):
        yield Found("phone_number", *found.span(1), re.sub(r"\D", "", found.group(1)))


def codes(text: str) -> Iterator[Found]:
    """Runs of exactly six digits that are no amount: one-time codes and service passwords."""
    for found in _CODE.finditer(text):
        yield Found("code", *found.span(), found.group())


def months(text: str, today: date) -> Iterator[Found]:
    """Months as YYYY-MM. A bare month that lies ahead means last year's: nobody asks for a future bill."""
    for found in _RELATIVE.finditer(text):
        offset = -found.group("back").count("上") if found.group("back") else 0
        yield Found("month", *found.span(), month_of(today, offset))
    for found in _ABSOLUTE.finditer(text):
        name = found.group("month")
        month = _CHINESE_MONTHS.get(name) or int(name)
        if found.group("year"):
            year = int(found.group("year"))
        elif found.group("word"):
            year = today.year - (found.group("word") == "去年")
        else:
            year = today.year - (month > today.month)
        yield Found("month", *found.span(), f"{year:04d}-{month:02d}")
    for found in _DASHED.finditer(text):
        yield Found("month", *found.span(), f"{found.group('year')}-{found.group('month')}")
