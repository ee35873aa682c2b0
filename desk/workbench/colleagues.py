"""To whom a chat may be passed on. All functions block."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.handover_models import Handover
from desk.handover_states import ACTIVE, OFFERED
from desk.staff_models import Presence, Staff
from desk.workbench import presence


def all_but(session: Session, staff: int) -> list[dict[str, Any]]:
    """Everybody else who serves customers; who is there and free comes first."""
    counted = dict(
        session.execute(
            sa.select(Handover.staff_id, sa.func.count())
            .where(Handover.state.in_((OFFERED, ACTIVE)))
            .group_by(Handover.staff_id)
        ).all()
    )
    rows = session.execute(
        sa.select(Staff, Presence)
        .outerjoin(Presence, Presence.staff_id == Staff.id)
        .where(Staff.active, Staff.id != staff, Staff.role.in_(("agent", "supervisor")))
        .order_by(Staff.name)
    )
    found = [
        {
            "id": account.id,
            "name": account.name,
            "groups": list(account.groups),
            "state": _state(there),
            "chats": counted.get(account.id, 0),
            "ceiling": account.ceiling,
        }
        for account, there in rows
        if account.groups
    ]
    return sorted(found, key=lambda one: (presence.STATES.index(one["state"]), one["chats"]))


def _state(row: Presence | None) -> str:
    return str(row.state) if row is not None and presence.connected(row) else presence.OFFLINE
