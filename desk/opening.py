"""Whether people answer now: the hours of content, and the days that supervisors have entered. All functions block."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.settings import settings
from common.times import shanghai_today, utc_now
from desk.staff_models import Closure
from knowledge_base import hours
from knowledge_base.hours import Span


def exceptions(session: Session) -> dict[date, Span | None]:
    """Days from today on that are not as their weekday is."""
    rows = session.scalars(sa.select(Closure).where(Closure.date >= shanghai_today()))
    return {row.date: None if row.start is None else (_time(row.start), _time(row.end)) for row in rows}


def is_open(session: Session, group: str) -> bool:
    """Whether a skill group answers now."""
    if settings().always_open:
        return True
    return hours.is_open(hours.hours_of(group), utc_now(), exceptions(session))


def opens(session: Session, group: str) -> datetime | None:
    """When a skill group answers next; None when that is not known."""
    return hours.next_opening(hours.hours_of(group), utc_now(), exceptions(session))


def _time(minutes: int) -> time:
    """Minutes of a day; its end is its beginning, see `knowledge_base.hours.Span`."""
    return time(minutes // 60 % 24, minutes % 60)
