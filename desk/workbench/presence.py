"""空闲, 忙碌, 小休, 离线: whether an agent takes chats, and whether their page is there. All functions block."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import transaction
from common.times import iso, utc_now
from desk import queue
from desk.staff_models import Presence

READY, BUSY, BREAK, OFFLINE = "ready", "busy", "break", "offline"
STATES = (READY, BUSY, BREAK, OFFLINE)


def of(session: Session, staff: int) -> Presence:
    """An agent's presence, offline at first; held until the transaction ends."""
    row = session.get(Presence, staff, with_for_update=True)
    if row is None:
        row = Presence(staff_id=staff, state=OFFLINE)
        session.add(row)
        session.flush()
    return row


def known(session: Session, staff: int) -> Presence:
    """An agent's presence, for looking at only."""
    now = utc_now()
    return session.get(Presence, staff) or Presence(staff_id=staff, state=OFFLINE, since=now, missed=False)


def shown(row: Presence) -> dict[str, Any]:
    """As the contract has it."""
    return {"state": row.state, "since": iso(row.since), "missed": row.missed}


def enter(session: Session, staff: int, state: str, *, missed: bool = False) -> Presence:
    """Puts an agent into a state; `missed` says that they let an offered chat pass."""
    row = of(session, staff)
    if row.state != state:
        row.state, row.since = state, utc_now()
        if state == READY:
            row.idle_since = row.since
    row.missed = missed
    return row


def choose(staff: int, state: str) -> dict[str, Any]:
    """An agent says what they are; their page is there."""
    with transaction() as session:
        row = enter(session, staff, state)
        row.seen_at = utc_now()
        return shown(row)


def seen(staff: Collection[int]) -> None:
    """The pages of these agents are connected."""
    with transaction() as session:
        session.execute(
            sa.update(Presence)
            .where(Presence.staff_id.in_(staff))
            .values(seen_at=utc_now())
            .execution_options(synchronize_session=False)
        )


def connected(row: Presence) -> bool:
    """Whether a page of this agent was there a moment ago."""
    return bool(row.seen_at >= utc_now() - queue.seconds("connected"))
