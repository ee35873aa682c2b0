"""Finds chats again: by words, by a number, by what was made in them. All functions block."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.masking import mask_text
from common.times import SHANGHAI, iso, shanghai_today
from desk.errors import Refused
from desk.handover import number_hash
from desk.handover_models import Handover, HandoverNote
from desk.models import Message
from desk.proposals import MADE
from desk.staff_models import Staff

Shown = dict[str, Any]

PAGE = 20
# Days that are searched at once.
MOST_DAYS = 92
# Characters before and after what was found.
_AROUND = 24
_NUMBER = re.compile(r"1\d{10}|0\d{9,11}|[A-Za-z]{2,4}\d{6,12}")
_ESCAPE = "\\"


@dataclass(frozen=True)
class Query:
    """What is sought: `words`, a whole subscriber number, or the number of a ticket or order; days in Shanghai.

    `groups` are those whose chats `staff` may see besides their own; None for who sees all.
    """

    words: str = ""
    since: date | None = None
    until: date | None = None
    group: str | None = None
    agent: int | None = None
    result: str | None = None
    page: int = 1
    staff: int = 0
    groups: tuple[str, ...] | None = None


def find(session: Session, query: Query) -> Shown:
    """A page of chats, newest first, and how many there are. Raises Refused for too many days."""
    wanted = sa.and_(*_conditions(query))
    total = session.scalar(sa.select(sa.func.count()).select_from(Handover).where(wanted))
    rows = session.execute(
        sa.select(Handover, Staff.name)
        .outerjoin(Staff, Staff.id == Handover.staff_id)
        .where(wanted)
        .order_by(Handover.id.desc())
        .limit(PAGE)
        .offset((query.page - 1) * PAGE)
    ).all()
    snippets = _snippets(session, [row for row, _ in rows], query.words)
    return {"rows": [_shown(row, name, snippets.get(row.id, "")) for row, name in rows], "total": total}


def _conditions(query: Query) -> list[Any]:
    first, last = days(query.since, query.until)
    found = [Handover.created_at >= first, Handover.created_at < last]
    if query.groups is not None:
        found.append(sa.or_(Handover.staff_id == query.staff, Handover.group.in_(query.groups)))
    exactly = {Handover.group: query.group, Handover.staff_id: query.agent, Handover.result: query.result}
    found += [column == value for column, value in exactly.items() if value is not None]
    if query.words:
        found.append(_meant(query.words))
    return found


def days(since: date | None, until: date | None) -> tuple[datetime, datetime]:
    """The first moment of the first day and that after the last; as many days as may be by default. Raises Refused."""
    last = until or shanghai_today()
    first = since or last - timedelta(days=MOST_DAYS - 1)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Refused(422, "range_too_wide", days=MOST_DAYS)
    begin, end = (datetime.combine(day, time.min, SHANGHAI) for day in (first, last + timedelta(days=1)))
    return begin, end


def _meant(words: str) -> Any:
    """A whole number is sought by its hash; anything else also in what was made and said."""
    plain = re.sub(r"[\s-]", "", words)
    by_number = Handover.number_hash == number_hash(plain)
    if re.fullmatch(r"1\d{10}", plain):
        return by_number
    made = sa.exists().where(
        HandoverNote.handover_id == Handover.id, HandoverNote.kind == MADE, HandoverNote.text == words.upper()
    )
    said = sa.exists().where(
        Message.conversation_id == Handover.conversation_id,
        Message.text.ilike(_pattern(words), escape=_ESCAPE),
        sa.or_(Handover.closed_at.is_(None), Message.at <= Handover.closed_at),
    )
    return sa.or_(by_number, made, said) if _NUMBER.fullmatch(plain) else sa.or_(made, said)


def _pattern(words: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", words)
    return f"%{escaped}%"


def _snippets(session: Session, rows: Sequence[Handover], words: str) -> dict[int, str]:
    """The line that was found in each chat, or the customer's last one; masked."""
    customers = Message.role == "customer"
    which = Message.text.ilike(_pattern(words), escape=_ESCAPE) if words else customers
    place = sa.func.row_number().over(
        partition_by=Handover.id, order_by=(sa.case((which, 0), else_=1), Message.seq.desc())
    )
    lines = (
        sa.select(Handover.id, Message.text, place.label("place"))
        .join(Message, Message.conversation_id == Handover.conversation_id)
        .where(
            Handover.id.in_([row.id for row in rows]),
            sa.or_(which, customers),
            Message.text != "",
            sa.or_(Handover.closed_at.is_(None), Message.at <= Handover.closed_at),
        )
        .subquery()
    )
    found = dict(session.execute(sa.select(lines.c.id, lines.c.text).where(lines.c.place == 1)).all())
    return {row.id: snippet(found.get(row.id, ""), words) for row in rows}


def snippet(text: str, words: str) -> str:
    """A piece of a line around the words, masked.

    >>> snippet("我的号码是18912345678，话费为什么这么高", "话费")
    '我的号码是189****5678，话费为什么这么高'
    """
    masked = " ".join(mask_text(text).split())
    at = max(0, masked.lower().find(words.lower()))
    start, end = max(0, at - _AROUND), at + len(words) + _AROUND
    return f"{'…' if start else ''}{masked[start:end]}{'…' if end < len(masked) else ''}"


def _shown(row: Handover, agent: str | None, found: str) -> Shown:
    return {
        "handover": row.id,
        "conversation": row.conversation_id,
        "at": iso(row.created_at),
        "topic_title": row.context.get("topic_title"),
        "number_mask": row.number_mask,
        "agent": agent,
        "group": row.group,
        "result": row.result,
        "snippet": found,
    }
