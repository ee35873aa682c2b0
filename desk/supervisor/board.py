"""The board: the queue, the service of today, agents and chats, with a fixed number of questions to the database."""

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bss.models import OperatorRequest
from common.database import reading
from common.times import iso, utc_now
from desk.handover_models import Handover
from desk.handover_states import ACTIVE, CALLBACK, CLOSED, OFFERED
from desk.staff.demo import may_work
from desk.staff_models import Presence, Staff
from desk.supervisor import days, figures, shifts
from desk.supervisor.figures import Scored, Service, satisfaction
from desk.workbench import cards, presence
from knowledge_base.content import content

Shown = dict[str, Any]

# Who serves customers, if they have skill groups.
SERVES = ("agent", "supervisor")
_MOST_CALLBACKS = 200


def board() -> Shown:
    """As the contract has it. Blocks."""
    day = days.today()
    since, until = days.bounds(day, day)
    with reading() as session:
        waiting = cards.waiting(session)
        chats = _chats(session)
        ended = _ended(session, since, until)
        agents = _agents(
            session,
            chats=Counter(chat.staff_id for chat in chats.values()),
            closed=Counter(row.staff_id for row in ended if row.state == CLOSED),
        )
        given = figures.scores(session, since, until)
        for one in agents:
            one["satisfaction"] = satisfaction(score for score in given if score.staff == one["id"])["mean"]
        return {
            "queue": _queue(waiting, chats, agents),
            "sla": _sla(figures.service(session, since, until).get(str(day), Service())),
            "waiting": waiting,
            "agents": agents,
            # One that was accepted between two questions is on the next board.
            "chats": [
                card | {"agent": chats[card["handover"]].name}
                for card in cards.chats(session)
                if card["handover"] in chats
            ],
            "callbacks": _callbacks(session, [row for row in ended if row.state == CALLBACK]),
            "satisfaction": satisfaction(_of(given, bot=False)),
            "bot_satisfaction": satisfaction(_of(given, bot=True)),
        }


def _of(given: list[Scored], *, bot: bool) -> list[Scored]:
    return [one for one in given if one.of_bot is bot]


def _chats(session: Session) -> dict[int, Any]:
    """Whose the open chats are: rows of id, group, staff_id, name."""
    rows = session.execute(
        sa.select(Handover.id, Handover.group, Handover.staff_id, Staff.name)
        .join(Staff, Staff.id == Handover.staff_id)
        .where(Handover.state.in_((OFFERED, ACTIVE)))
    )
    return {row.id: row for row in rows}


def _ended(session: Session, since: datetime, until: datetime) -> list[Any]:
    """What ended today, the latest first. Asked for by the time alone: most rows of the table have the same states."""
    return list(
        session.execute(
            sa.select(
                Handover.id,
                Handover.conversation_id,
                Handover.state,
                Handover.staff_id,
                Handover.group,
                Handover.closed_at,
            )
            .where(Handover.closed_at >= since, Handover.closed_at < until)
            .order_by(Handover.closed_at.desc(), Handover.id.desc())
        )
    )


def _agents(session: Session, *, chats: Counter[int], closed: Counter[int]) -> list[Shown]:
    on_shift = shifts.on_shift(session, utc_now())
    rows = session.execute(
        sa.select(Staff, Presence)
        .outerjoin(Presence, Presence.staff_id == Staff.id)
        .where(Staff.active, Staff.role.in_(SERVES))
        .order_by(Staff.name, Staff.id)
    )
    found = [
        {
            "id": account.id,
            "name": account.name,
            "groups": list(account.groups),
            "state": there.state if there else presence.OFFLINE,
            "since": iso(there.since) if there else None,
            "connected": there is not None and presence.connected(there),
            "chats": chats[account.id],
            "ceiling": account.ceiling,
            "closed_today": closed[account.id],
            "on_shift": None if on_shift is None else account.id in on_shift,
        }
        for account, there in rows
        if account.groups and may_work(account)
    ]
    return sorted(found, key=lambda one: (not one["connected"], presence.STATES.index(one["state"])))


def _queue(waiting: list[Shown], chats: dict[int, Any], agents: list[Shown]) -> Shown:
    ready = [one for one in agents if one["connected"] and one["state"] == presence.READY]
    busy = Counter(chat.group for chat in chats.values())
    waits: dict[str, list[int]] = {}
    for card in waiting:
        waits.setdefault(card["group"], []).append(card["waited_seconds"])
    return {
        "waiting": len(waiting),
        "oldest_seconds": max((card["waited_seconds"] for card in waiting), default=0),
        "by_group": [
            {
                "group": group,
                "waiting": len(waits.get(group, ())),
                "oldest_seconds": max(waits.get(group, ()), default=0),
                "ready": sum(group in one["groups"] for one in ready),
                "chats": busy[group],
            }
            for group in content("chats")["groups"]
        ],
    }


def _sla(today: Service) -> Shown:
    return {
        "target_seconds": figures.target_seconds(),
        "within_share": today.within_share,
        "answered_today": today.answered,
        "abandoned_today": today.abandoned,
        "mean_wait_seconds": whole(today.wait),
        "mean_handle_seconds": whole(today.handle),
        "mean_first_reply_seconds": whole(today.reply),
    }


def whole(seconds: float | None) -> int | None:
    """Seconds as they are shown."""
    return None if seconds is None else round(seconds)


def _callbacks(session: Session, rows: list[Any]) -> list[Shown]:
    """Who is to be rung, with the ticket that the bot made next in their conversation."""
    rows = rows[:_MOST_CALLBACKS]
    made = session.execute(
        sa.select(OperatorRequest)
        .where(
            OperatorRequest.conversation_id.in_({row.conversation_id for row in rows}), OperatorRequest.kind == "ticket"
        )
        .order_by(OperatorRequest.id)
    ).scalars()
    tickets: dict[str, list[OperatorRequest]] = {}
    for ticket in made:
        tickets.setdefault(ticket.conversation_id, []).append(ticket)
    return [
        {
            "handover": row.id,
            "ticket": next(
                (
                    ticket.operator_number or ticket.receipt
                    for ticket in tickets.get(row.conversation_id, ())
                    if ticket.created_at >= row.closed_at
                ),
                None,
            ),
            "at": iso(row.closed_at),
            "group": row.group,
        }
        for row in rows
    ]
