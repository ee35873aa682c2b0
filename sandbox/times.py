"""Dates and durations in ISO 8601. What the sandbox stamps is Shanghai time to the second, with its offset."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))

_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)


def parse(text: str) -> datetime:
    """An aware datetime from an RFC 3339 text.

    Raises:
        ValueError: when the text is not a date-time with an offset.
    """
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not an RFC 3339 date-time")
    day, clock, fraction, offset = found.groups()
    digits = (fraction or ".0")[1:7].ljust(6, "0")
    # RFC 3339 admits second 60, which Python does not.
    leap = timedelta(seconds=1) if clock.endswith(":60") else timedelta()
    clock = clock[:-2] + "59" if leap else clock
    zone = "+00:00" if offset in "Zz" else offset
    return datetime.fromisoformat(f"{day}T{clock}.{digits}{zone}") + leap


def parse_loosely(text: str) -> datetime | None:
    """A point in time from a filter value: a date-time, or a day, which means its beginning in Shanghai; else None."""
    # A "+" that was not escaped in a URL arrives as a space.
    text = re.sub(r" (\d\d:\d\d)$", r"+\1", text)
    try:
        return parse(text)
    except ValueError:
        pass
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def stamp(moment: datetime) -> str:
    """The text form of an aware datetime."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def parse_duration(text: str) -> timedelta:
    """A length of time from ``P1W``, ``P2DT3H``, ``PT90S``.

    Raises:
        ValueError: when the text is no such duration, or is empty of numbers.
    """
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        raise ValueError(f"{text!r} is not an ISO 8601 duration of weeks, days, hours, minutes, seconds")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def month_start(moment: datetime, months: int = 0) -> datetime:
    """Midnight in Shanghai on the first of the month that lies ``months`` after that of ``moment``."""
    local = moment.astimezone(SHANGHAI)
    index = local.year * 12 + local.month - 1 + months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=SHANGHAI)
