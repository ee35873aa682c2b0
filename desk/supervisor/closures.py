"""Days that are not as their weekday is (节假日与特殊日); `desk.opening` reads them. All functions block."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from common.database import reading, transaction
from desk.errors import Refused
from desk.staff import audit
from desk.staff_models import Closure
from desk.supervisor.days import clock_of, minutes_of, soon

Shown = dict[str, Any]


def listed() -> list[Shown]:
    """All of them, by date."""
    with reading() as session:
        return [_shown(row) for row in session.scalars(sa.select(Closure).order_by(Closure.date))]


def enter(me: int, day: date, name: str, span: tuple[str, str] | None) -> Shown:
    """A day with other hours (HH:MM), or closed (None), for all skill groups; it replaces what the day had.

    Raises Refused.
    """
    start, end = (None, None) if span is None else (minutes_of(span[0]), minutes_of(span[1]))
    if start is not None and end is not None and start >= end:
        raise Refused(422, "bad_request", "times_backwards")
    with transaction() as session:
        row = session.merge(Closure(date=soon(day), name=name, start=start, end=end))
        audit.note(session, me, "closure_entered", str(day), "-".join(span) if span else "closed")
        return _shown(row)


def remove(day: date, me: int) -> None:
    """The day is as its weekday is. Raises Refused."""
    with transaction() as session:
        row = session.get(Closure, day)
        if row is None:
            raise Refused(404, "not_found")
        soon(day)
        session.delete(row)
        audit.note(session, me, "closure_removed", str(day), row.name)


def _shown(row: Closure) -> Shown:
    hours = {} if row.start is None else {"from": clock_of(row.start), "to": clock_of(row.end)}
    return {"date": str(row.date), "name": row.name, "open": bool(hours), "from": None, "to": None} | hours
