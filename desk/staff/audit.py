"""Who did what that must be answered for. All functions block."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import transaction
from common.times import utc_now
from desk.staff_models import Audit, Staff


def note(session: Session, staff_id: int | None, action: str, subject: str = "", detail: str = "") -> None:
    """Writes down that somebody did something, in the transaction that does it.

    `action` is one word (32 characters), `subject` what it was done to (100). Nothing personal of a customer is in
    any of them: ids, masked numbers, names of fields.
    """
    session.add(Audit(staff_id=staff_id, action=action, subject=subject[:100], detail=detail, at=utc_now()))


def read(
    after: int | None = None,
    staff: int | None = None,
    action: str | None = None,
    limit: int = 100,
    *,
    begins: str | None = None,
) -> list[dict[str, Any]]:
    """What was noted, newest first, `after` the row with that id (which is to say: before it).

    `begins` is what the action begins with.
    """
    query = sa.select(Audit, Staff.name).outerjoin(Staff, Staff.id == Audit.staff_id)
    if after is not None:
        query = query.where(Audit.id < after)
    if staff is not None:
        query = query.where(Audit.staff_id == staff)
    if action is not None:
        query = query.where(Audit.action == action)
    if begins is not None:
        query = query.where(Audit.action.startswith(begins, autoescape=True))
    with transaction() as session:
        rows = session.execute(query.order_by(Audit.id.desc()).limit(limit)).all()
    return [
        {
            "id": row.id,
            "at": row.at,
            "staff": name or "",
            "action": row.action,
            "subject": row.subject,
            "detail": row.detail,
        }
        for row, name in rows
    ]
