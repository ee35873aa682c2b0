"""Chats as an agent's page shows them: who waits, own chats, one chat whole. All functions block."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.times import iso, utc_now
from desk import queue, routing, store
from desk.errors import Refused
from desk.handover_models import Handover, HandoverNote, Proposal, Survey
from desk.handover_states import ACTIVE, OFFERED
from desk.models import Conversation, Message
from desk.staff_models import Staff
from desk.workbench.chats import shown_note
from knowledge_base.content import content

Shown = dict[str, Any]

# What stands for a line without words.
PICTURE = "[图片]"
# Lines that a page gets at once; it asks for later ones.
MOST_LINES = 500


def texts() -> Shown:
    """Names of groups, states, reasons and so on, as staff read them."""
    known: Shown = content("chats")
    return {name: known[name] for name in ("groups", "states", "reasons", "results", "decline_reasons", "roles")}


def waiting(session: Session, groups: Iterable[str] | None = None, limit: int | None = None) -> list[Shown]:
    """Who waits, in the order of serving; of these skill groups only, or of all."""
    order = queue.waiting(session, groups)[:limit]
    found = session.scalars(sa.select(Handover).where(Handover.id.in_([one.id for one in order])))
    rows = {row.id: row for row in found}
    now, weights = utc_now(), queue.weights()
    return [
        _about(rows[one.id])
        | {
            "waited_seconds": int((now - one.since).total_seconds()),
            "reason": str(rows[one.id].context.get("reason") or "asked"),
            "score": round(routing.score(one, weights, now), 1),
        }
        for one in order
    ]


def chats(session: Session, staff: int | None = None, states: Sequence[str] = (OFFERED, ACTIVE)) -> list[Shown]:
    """The chats of an agent, or of all; those that wait for a yes first, then the oldest."""
    found = sa.select(Handover).where(Handover.state.in_(states)).order_by(Handover.state.desc(), Handover.id)
    if staff is not None:
        found = found.where(Handover.staff_id == staff)
    return cards(session, list(session.scalars(found)))


def cards(session: Session, rows: Sequence[Handover]) -> list[Shown]:
    """Handovers as cards, with a fixed number of questions to the database."""
    if not rows:
        return []
    talks = [row.conversation_id for row in rows]
    ids = [row.id for row in rows]
    channel = dict(
        session.execute(sa.select(Conversation.id, Conversation.channel).where(Conversation.id.in_(talks))).all()
    )
    last = _latest(session, talks, None)
    heard = _latest(session, talks, "customer")
    unread = dict(
        session.execute(
            sa.select(Handover.id, sa.func.count(Message.id))
            .join(Message, Message.conversation_id == Handover.conversation_id)
            .where(Handover.id.in_(ids), Message.role == "customer", Message.seq > Handover.read_seq)
            .where(Message.seq > Handover.opened_seq)
            .group_by(Handover.id)
        ).all()
    )
    passed_on = dict(
        session.execute(
            sa.select(HandoverNote.handover_id, Staff.name)
            .join(Staff, Staff.id == HandoverNote.staff_id)
            .where(HandoverNote.handover_id.in_(ids), HandoverNote.kind == "transfer")
            .order_by(HandoverNote.id)
        ).all()
    )
    proposed = dict(
        session.execute(
            sa.select(Proposal.handover_id, Proposal.state)
            .where(Proposal.handover_id.in_(ids))
            .order_by(Proposal.created_at)
        ).all()
    )
    return [
        _about(row)
        | {
            "conversation": row.conversation_id,
            "channel": channel.get(row.conversation_id, ""),
            "state": row.state,
            "name_mask": row.name_mask,
            "queued_at": iso(row.queued_at),
            "offered_until": _stamp(row.offered_until),
            "accepted_at": _stamp(row.accepted_at),
            "answered_at": _stamp(row.answered_at),
            "last": _line(last.get(row.conversation_id)),
            "last_customer_at": _stamp(said.at if (said := heard.get(row.conversation_id)) else None),
            "unread": unread.get(row.id, 0),
            "transferred_from": passed_on.get(row.id),
            "proposal": proposed.get(row.id),
        }
        for row in rows
    ]


def _about(row: Handover) -> Shown:
    return {
        "handover": row.id,
        "group": row.group,
        "topic_title": row.context.get("topic_title"),
        "level": row.level_words,
        "urgent": row.urgent,
        "elderly": row.elderly,
        "repeats": row.repeats,
        "number_mask": row.number_mask,
    }


def _latest(session: Session, talks: Sequence[str], role: str | None) -> dict[str, Message]:
    """The last line of each conversation; of one role, or of any but the desk's own."""
    which = Message.role == role if role else Message.role != "system"
    latest = (
        sa.select(Message.conversation_id, sa.func.max(Message.seq).label("seq"))
        .where(Message.conversation_id.in_(talks), which)
        .group_by(Message.conversation_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Message.conversation_id, Message.role, Message.text, Message.at, Message.card).join(
            latest, sa.and_(latest.c.conversation_id == Message.conversation_id, latest.c.seq == Message.seq)
        )
    )
    return {row.conversation_id: row for row in rows}


def _line(message: Any) -> Shown | None:
    if message is None:
        return None
    text = message.text or (PICTURE if (message.card or {}).get("kind") == "picture" else "")
    return {"role": message.role, "text": text[:60], "at": iso(message.at)}


def _stamp(at: Any) -> str | None:
    return None if at is None else iso(at)


def whole(session: Session, handover: int, *, staff: int, sees_all: bool) -> Shown:
    """One chat with its transcript, for its agent, for who served it, or for who sees all. Raises Refused."""
    row = visible(session, handover, staff=staff, sees_all=sees_all)
    talk = session.get(Conversation, row.conversation_id)
    return {
        "card": cards(session, [row])[0],
        "summary": summary(row),
        "messages": lines(session, talk, row),
        "notes": notes(session, row.id),
        "mode": talk.mode,
        "writable": row.state == ACTIVE and row.staff_id == staff,
    }


def visible(session: Session, handover: int, *, staff: int, sees_all: bool) -> Handover:
    """A handover that somebody may read: who serves or served it, agents of its group, who sees all. Raises Refused."""
    row = session.get(Handover, handover)
    if row is None:
        raise Refused(404, "not_found")
    if not (sees_all or row.staff_id == staff):
        groups = session.scalar(sa.select(Staff.groups).where(Staff.id == staff)) or []
        if row.group not in groups:
            raise Refused(403, "forbidden")
    return row


def lines(session: Session, talk: Conversation, row: Handover, after: int | None = None) -> list[Shown]:
    """The lines after a seq, or the latest, with the names of the agents; up to where this chat ended, when it has."""
    wanted = sa.select(Message).where(Message.conversation_id == talk.id)
    if row.closed_at is not None:
        wanted = wanted.where(Message.at <= row.closed_at)
    if after is None:
        found = list(reversed(session.scalars(wanted.order_by(Message.seq.desc()).limit(MOST_LINES)).all()))
    else:
        found = session.scalars(wanted.where(Message.seq > after).order_by(Message.seq).limit(MOST_LINES)).all()
    ids = {message.staff_id for message in found if message.staff_id is not None}
    names = dict(session.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all()) if ids else {}
    return [for_staff(store.shown(message), row.id) | {"staff": names.get(message.staff_id)} for message in found]


def for_staff(line: Shown, handover: int) -> Shown:
    """A line as an agent's page has it: pictures are read on the agents' side."""
    card = line.get("card")
    if isinstance(card, dict) and card.get("kind") == "picture":
        picture = str(card["url"]).rsplit("/", 1)[-1]
        line = line | {"card": card | {"url": f"/api/agent/v1/chats/{handover}/pictures/{picture}"}}
    return line


def notes(session: Session, handover: int, after: int = 0) -> list[Shown]:
    """What only staff see of a chat, oldest first."""
    rows = session.execute(
        sa.select(HandoverNote, Staff.name)
        .outerjoin(Staff, Staff.id == HandoverNote.staff_id)
        .where(HandoverNote.handover_id == handover, HandoverNote.id > after)
        .order_by(HandoverNote.id)
    )
    return [shown_note(made, name) for made, name in rows]


def summary(row: Handover) -> Shown:
    """What the bot knew, in a clerk's words; see `actions.handover_context` for what a context holds."""
    context, known = row.context, content("chats")
    fields = context.get("journey") or {}
    settled = context.get("settled") or {}
    shown = [
        {"label": known["fields"].get(name, name), "value": known["values"].get(str(value), str(value))}
        for name, value in fields.items()
        if name not in known["hidden_fields"] and value
    ]
    return {
        "wanted": context.get("topic_title") or known["wanted_unknown"],
        "why": known["why"].get(str(context.get("reason") or "asked"), known["why"]["asked"]),
        "tried": [str(one) for one in context.get("tried") or []],
        "fields": shown,
        "mood": str(context.get("mood") or "calm"),
        "escalation": context.get("escalation"),
        "verified": context.get("verified") or row.number_mask,
        "waiting": [known["waiting"].get(str(one), str(one)) for one in context.get("waiting") or []],
        "settled": known["results"].get(settled.get("result")),
        "bot_seq": row.opened_seq,
    }


def history(session: Session, staff: int, limit: int) -> list[Shown]:
    """An agent's own closed chats, newest first."""
    rows = session.scalars(
        sa.select(Handover)
        .where(Handover.staff_id == staff, Handover.closed_at.is_not(None), Handover.accepted_at.is_not(None))
        .order_by(Handover.closed_at.desc())
        .limit(limit)
    ).all()
    scores = scores_of(session, [row.id for row in rows])
    return [
        {
            "handover": row.id,
            "topic_title": row.context.get("topic_title"),
            "number_mask": row.number_mask,
            "closed_at": iso(row.closed_at),
            "reason": row.reason,
            "result": row.result,
            "score": scores.get(row.id),
        }
        for row in rows
    ]


def scores_of(session: Session, handovers: Sequence[int]) -> dict[int, int]:
    """The customers' scores of handovers, where they gave one."""
    rows = session.execute(
        sa.select(Survey.handover_id, Survey.score).where(Survey.handover_id.in_(handovers), Survey.score.is_not(None))
    )
    return dict(rows.all())
