"""The queue as it stands in the database: who waits, who is there, and how long it may take. All functions block."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading
from common.times import parse_iso, utc_now
from desk import routing
from desk.errors import sentence
from desk.handover_models import Handover
from desk.handover_states import ACTIVE, CLOSED, OFFERED, QUEUED
from desk.routing import Agent, Waiting, Weights
from desk.staff_models import Presence, Staff
from knowledge_base.content import content

Shown = dict[str, Any]

# Who is at work, also while they take nothing new.
WORKING = ("ready", "busy")
# Who serves customers.
SERVING = ("agent", "supervisor", "admin")
# How many of the latest chats tell how long one takes.
_LATEST = 50
_FIELDS = ("id", "group", "queued_at", "urgent", "level", "elderly", "repeats", "returned", "wanted")


def weights() -> Weights:
    """The points of `content/routing.yml`."""
    return Weights(**content("routing")["weights"])


def seconds(what: str) -> timedelta:
    """A span of time of `content/routing.yml`."""
    return timedelta(seconds=float(content("routing")["seconds"][what]))


def waiting(session: Session, groups: Iterable[str] | None = None) -> list[Waiting]:
    """Everybody who waits, or those of some skill groups, in the order in which they will be served."""
    now = utc_now()
    wanted = sa.select(*(getattr(Handover, name) for name in _FIELDS), Handover.passed).where(Handover.state == QUEUED)
    if groups is not None:
        wanted = wanted.where(Handover.group.in_(tuple(groups)))
    found = [
        Waiting(
            id=row.id,
            group=row.group,
            since=row.queued_at,
            urgent=row.urgent,
            level=row.level,
            elderly=row.elderly,
            repeats=row.repeats,
            returned=row.returned,
            wanted=row.wanted,
            passed=still_passed(row.passed, now),
        )
        for row in session.execute(wanted)
    ]
    return routing.in_order(found, weights(), now)


def still_passed(passed: dict[str, str], now: datetime) -> frozenset[int]:
    """The agents who let a chat pass so lately that they are not asked again."""
    if not passed:
        return frozenset()
    since = now - seconds("passed")
    return frozenset(int(staff) for staff, at in passed.items() if parse_iso(at) > since)


def team(session: Session, states: Iterable[str] = ("ready",), group: str | None = None) -> list[Agent]:
    """The agents whose page is connected and who are in one of these states."""
    chats = (
        sa.select(Handover.staff_id, sa.func.count().label("chats"))
        .where(Handover.state.in_((OFFERED, ACTIVE)))
        .group_by(Handover.staff_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Staff.id, Staff.groups, Staff.ceiling, Presence.idle_since, sa.func.coalesce(chats.c.chats, 0))
        .join(Presence, Presence.staff_id == Staff.id)
        .outerjoin(chats, chats.c.staff_id == Staff.id)
        .where(
            Staff.active,
            Staff.role.in_(SERVING),
            Staff.ceiling > 0,
            Presence.state.in_(tuple(states)),
            Presence.seen_at >= utc_now() - seconds("connected"),
        )
    )
    found = [Agent(staff, frozenset(groups), ceiling, count, idle) for staff, groups, ceiling, idle, count in rows]
    return found if group is None else [agent for agent in found if group in agent.groups]


def handle_time(session: Session, group: str) -> timedelta:
    """How long a chat of this group takes."""
    rows = session.execute(
        sa.select(Handover.accepted_at, Handover.closed_at)
        .where(Handover.state == CLOSED, Handover.group == group, Handover.accepted_at.is_not(None))
        .order_by(Handover.closed_at.desc())
        .limit(_LATEST)
    )
    usual = timedelta(minutes=float(content("routing")["handle_minutes"]))
    return routing.handle_time([(closed - accepted).total_seconds() for accepted, closed in rows], usual)


def place_of(session: Session, conversation: str) -> Shown | None:
    """Where a conversation stands: position from 1, minutes as a fair guess (None: nobody can say); None in no queue.

    An agent who has been asked to accept it makes it the next.
    """
    own = session.execute(
        sa.select(Handover.id, Handover.group, Handover.state).where(
            Handover.conversation_id == conversation, Handover.state.in_((QUEUED, OFFERED))
        )
    ).first()
    if own is None:
        return None
    if own.state == OFFERED:
        return _place(0, 1)
    ahead = routing.place(own.id, waiting(session, [own.group]))
    working, ready = team(session, WORKING, own.group), team(session, group=own.group)
    return _place(ahead, routing.estimate(ahead, working, ready, handle_time(session, own.group)))


def places(session: Session) -> dict[str, Shown]:
    """Where every conversation stands that waits, by its id; with a few questions to the database."""
    talks = dict(
        session.execute(sa.select(Handover.id, Handover.conversation_id).where(Handover.state == QUEUED)).all()
    )
    order = waiting(session)
    there, free = team(session, WORKING), team(session)
    found = {}
    for group in {one.group for one in order}:
        working, ready = ([agent for agent in part if group in agent.groups] for part in (there, free))
        takes = handle_time(session, group)
        for ahead, one in enumerate(entry for entry in order if entry.group == group):
            found[talks[one.id]] = _place(ahead, routing.estimate(ahead, working, ready, takes))
    return found


def _place(ahead: int, minutes: int | None) -> Shown:
    known = minutes is not None and minutes <= content("routing")["longest_estimate"]
    name = ("queued" if ahead else "queued_next") if known else ("queued_unknown" if ahead else "queued_alone")
    text = sentence(name, ahead=ahead, minutes=minutes)
    return {"position": ahead + 1, "ahead": ahead, "estimate_minutes": minutes if known else None, "text": text}


def place(conversation: str) -> Shown | None:
    """`place_of` in a session of its own."""
    with reading() as session:
        return place_of(session, conversation)
