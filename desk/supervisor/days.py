"""Days of Shanghai: how far a range of them may reach, and how the database tells the day of a moment."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from common.times import SHANGHAI, utc_now
from desk.errors import Refused

# A year and what is needed to compare it with the one before.
MOST_DAYS = 400
# Times are stored in UTC; Shanghai has kept +8 without summer time since 1991.
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)


def today() -> date:
    """Today in Shanghai."""
    return utc_now().astimezone(SHANGHAI).date()


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The first moment of `first` and that of the day after `last`, aware, in UTC. Raises Refused."""
    if not (_FIRST <= first < _LAST and _FIRST <= last < _LAST):
        raise Refused(422, "bad_request", "range_odd")
    if last < first:
        raise Refused(422, "bad_request", "range_backwards")
    if (last - first).days >= MOST_DAYS:
        raise Refused(422, "bad_request", "range_long", days=MOST_DAYS)
    return _begins(first), _begins(last + timedelta(days=1))


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI).astimezone(timezone.utc)


def soon(day: date) -> date:
    """The day itself, if it can still be planned: today or later, and not too far away. Raises Refused."""
    ahead = (day - today()).days
    if ahead < 0:
        raise Refused(409, "day_past")
    if ahead >= MOST_DAYS:
        raise Refused(422, "bad_request", "day_far", days=MOST_DAYS)
    return day


def minutes_of(clock: str) -> int:
    """Minutes of the day of `08:30`; `24:00` is its end.

    >>> minutes_of("08:30"), minutes_of("24:00")
    (510, 1440)
    """
    return int(clock[:2]) * 60 + int(clock[3:])


def clock_of(minutes: int) -> str:
    """Minutes of the day as `08:30`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class DayOf(FunctionElement):
    """SQL: the day in Shanghai of a stored moment, as YYYY-MM-DD."""

    type = sa.String()
    inherit_cache = True


class SecondsBetween(FunctionElement):
    """SQL: the seconds from one stored moment to another."""

    type = sa.Float()
    inherit_cache = True


@compiles(DayOf, "sqlite")
def _day_in_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+8 hours')"


@compiles(DayOf, "postgresql")
def _day_in_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **more)} + interval '8 hours', 'YYYY-MM-DD')"


@compiles(SecondsBetween, "sqlite")
def _seconds_in_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    start, end = (compiler.process(clause, **more) for clause in element.clauses)
    # A Julian day is a float: what it loses is below a millisecond.
    return f"round((julianday({end}) - julianday({start})) * 86400, 3)"


@compiles(SecondsBetween, "postgresql")
def _seconds_in_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    start, end = (compiler.process(clause, **more) for clause in element.clauses)
    return f"extract(epoch from {end} - {start})::float"
