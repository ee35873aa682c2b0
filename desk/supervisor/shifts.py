"""Who should be there when (排班). All functions block, and raise Refused. What is past stays as it was."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading, transaction
from common.times import SHANGHAI
from desk.errors import Refused
from desk.staff import audit
from desk.staff_models import Shift, Staff
from desk.supervisor.days import bounds, clock_of, minutes_of, soon

Shown = dict[str, Any]


def listed(first: date, last: date) -> list[Shown]:
    """The shifts of these days."""
    bounds(first, last)
    with reading() as session:
        rows = session.scalars(
            sa.select(Shift).where(Shift.date.between(first, last)).order_by(Shift.date, Shift.start, Shift.id)
        )
        return [_shown(row) for row in rows]


def add(me: int, staff: int, day: date, start: str, end: str) -> Shown:
    """A shift on one day, from and to as HH:MM, to at most 24:00; one over midnight is two."""
    with transaction() as session:
        row = Shift(staff_id=staff, date=soon(day))
        _place(session, row, start, end)
        session.add(row)
        session.flush()
        audit.note(session, me, "shift_added", _whose(session, row), _words(row))
        return _shown(row)


def change(shift: int, me: int, staff: int, day: date, start: str, end: str) -> Shown:
    """Moves a shift, or gives it to somebody else."""
    with transaction() as session:
        row = _get(session, shift)
        before = f"{_whose(session, row)} {_words(row)}"
        row.staff_id, row.date = staff, soon(day)
        _place(session, row, start, end)
        audit.note(session, me, "shift_changed", _whose(session, row), f"{before} → {_words(row)}")
        return _shown(row)


def remove(shift: int, me: int) -> None:
    """Takes a shift away."""
    with transaction() as session:
        row = _get(session, shift)
        audit.note(session, me, "shift_removed", _whose(session, row), _words(row))
        session.delete(row)


def on_shift(session: Session, at: datetime) -> set[int] | None:
    """Who should be there at a moment; None when nobody has planned its day."""
    local = at.astimezone(SHANGHAI)
    minute = local.hour * 60 + local.minute
    rows = session.execute(sa.select(Shift.staff_id, Shift.start, Shift.end).where(Shift.date == local.date())).all()
    return {row.staff_id for row in rows if row.start <= minute < row.end} if rows else None


def _get(session: Session, shift: int) -> Shift:
    row = session.get(Shift, shift, with_for_update=True)
    if row is None:
        raise Refused(404, "not_found")
    soon(row.date)
    return row


def _place(session: Session, row: Shift, start: str, end: str) -> None:
    # Held, so that two supervisors who plan for the same person do it one after the other.
    if session.get(Staff, row.staff_id, with_for_update=True) is None:
        raise Refused(404, "not_found", "person_unknown")
    row.start, row.end = minutes_of(start), minutes_of(end)
    if row.start >= row.end:
        raise Refused(422, "bad_request", "times_backwards")
    with session.no_autoflush:
        other = session.scalar(
            sa.select(Shift.id).where(
                Shift.staff_id == row.staff_id,
                Shift.date == row.date,
                Shift.id != (row.id or 0),
                Shift.start < row.end,
                Shift.end > row.start,
            )
        )
    if other is not None:
        raise Refused(409, "shift_overlaps")


def _whose(session: Session, row: Shift) -> str:
    return str(session.scalar(sa.select(Staff.login).where(Staff.id == row.staff_id)))


def _words(row: Shift) -> str:
    return f"{row.date} {clock_of(row.start)}-{clock_of(row.end)}"


def _shown(row: Shift) -> Shown:
    return {
        "id": row.id,
        "staff": row.staff_id,
        "date": str(row.date),
        "start": clock_of(row.start),
        "end": clock_of(row.end),
    }
