"""When people answer: the hours of a week, and days that differ. Values in, values out; the clock is Shanghai's."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone

from common.times import SHANGHAI
from knowledge_base.content import content

# Opening and closing on one day; a closing of 00:00 is the end of the day, so that 00:00 to 00:00 is all of it.
Span = tuple[time, time]
# Monday to Sunday; None for a day without.
Week = Sequence[Span | None]
# What holds on a day instead of its weekday's hours: a holiday (None), or a day with others.
Exceptions = Mapping[date, Span | None]

# Longer than any holiday; whoever opens on no day of it does not open.
LOOKED_AHEAD = 60


def hours_of(group: str | None) -> Week:
    """The week of a skill group, by `content/hours.yml`; the default's for one that is not in it."""
    known = content("hours")
    return [read_span(entry) for entry in known["groups"].get(group, known["default"])]


def read_span(written: str) -> Span | None:
    """`08:00-22:00`, or `closed`. Raises ValueError."""
    if written == "closed":
        return None
    opening, _, closing = written.partition("-")
    return time.fromisoformat(opening), time.min if closing == "24:00" else time.fromisoformat(closing)


def open_on(hours: Week, day: date, exceptions: Exceptions) -> tuple[datetime, datetime] | None:
    """From when to when (excluded) they answer on a day of Shanghai's, aware, in UTC; None for a day without."""
    span = exceptions[day] if day in exceptions else hours[day.weekday()]
    if span is None:
        return None
    opening, closing = span
    ends = datetime.combine(day + timedelta(days=1) if closing == time.min else day, closing, SHANGHAI)
    return _utc(datetime.combine(day, opening, SHANGHAI)), _utc(ends)


def is_open(hours: Week, at: datetime, exceptions: Exceptions) -> bool:
    """Whether people answer at a moment, which is aware."""
    found = open_on(hours, at.astimezone(SHANGHAI).date(), exceptions)
    return found is not None and found[0] <= at < found[1]


def next_opening(hours: Week, at: datetime, exceptions: Exceptions) -> datetime | None:
    """The first moment from `at` (aware) on at which people answer, in UTC: `at` itself when they do.

    None when they do not within `LOOKED_AHEAD` days.
    """
    today = at.astimezone(SHANGHAI).date()
    for day in range(LOOKED_AHEAD):
        found = open_on(hours, today + timedelta(days=day), exceptions)
        if found is not None and at < found[1]:
            return max(_utc(at), found[0])
    return None


def _utc(at: datetime) -> datetime:
    return at.astimezone(timezone.utc)
