"""The conversations behind a number of the quality board: a list, and one of them to read, masked. All block."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading
from common.masking import mask_text
from common.times import SHANGHAI, iso
from desk import store
from desk.errors import Refused
from desk.handover_models import Handover
from desk.models import Conversation, Message
from desk.staff_models import Staff
from desk.supervisor import quality_figures
from desk.supervisor.days import DayOf
from desk.supervisor.quality_figures import FIGURES, Days
from desk.supervisor.quality_names import all_names, names_of
from knowledge_base.content import content

Shown = dict[str, Any]

# Characters of a conversation's opening.
_OPENING = 60
# Lines of one conversation, the latest.
_MOST_LINES = 500


def listed(figure: str, key: str | None, days: Days, channel: str | None, offset: int, limit: int) -> Shown:
    """What a figure counted on these days, the newest first: as many rows as the number says. Raises Refused.

    `key` is what the board's lists have: a reason, an intent, a cluster, a type, an offer, a score.
    """
    if figure not in FIGURES:
        raise Refused(404, "not_found")
    with reading() as session:
        rows = quality_figures.rows(figure, days).subquery()
        wanted = []
        if channel is not None:
            wanted.append(rows.c.channel == channel)
        if key is not None:
            wanted.append(rows.c.key.in_(all_names(session, key) if figure == "intents" else [key]))
        count = session.scalar(sa.select(sa.func.count()).select_from(rows).where(*wanted))
        page = session.execute(
            sa.select(rows).where(*wanted).order_by(rows.c.at.desc(), rows.c.conversation).offset(offset).limit(limit)
        ).all()
        names = names_of(session, figure, {row.key for row in page})
        talks = [row.conversation for row in page]
        handed, said = _handovers(session, talks), _openings(session, talks)
        return {
            "count": count,
            "rows": [
                {
                    "conversation": row.conversation,
                    "channel": row.channel,
                    "at": iso(row.at),
                    "about": names.get(row.key) if row.key else None,
                    "opening": said.get((row.conversation, _day(row.at)), said.get((row.conversation, None), "")),
                    "topic_title": _topic(handed.get(row.conversation)),
                    "number_mask": one.number_mask if (one := handed.get(row.conversation)) else None,
                }
                for row in page
            ],
        }


def _handovers(session: Session, talks: list[str]) -> dict[str, Any]:
    """The last wish for a person of each conversation that had one."""
    found = session.scalars(sa.select(Handover).where(Handover.conversation_id.in_(talks)).order_by(Handover.id))
    return {row.conversation_id: row for row in found}


def _topic(row: Handover | None) -> str | None:
    return None if row is None else row.context.get("topic_title")


def _openings(session: Session, talks: list[str]) -> dict[tuple[str, date | None], str]:
    """What the customer of each conversation said first, on each day and (None) at all."""
    firsts = (
        sa.select(Message.conversation_id, sa.func.min(Message.seq).label("seq"))
        .where(Message.conversation_id.in_(talks), Message.role == "customer", Message.text != "")
        .group_by(Message.conversation_id, DayOf(Message.at))
        .subquery()
    )
    first = sa.and_(Message.conversation_id == firsts.c.conversation_id, Message.seq == firsts.c.seq)
    said: dict[tuple[str, date | None], str] = {}
    for talk, at, text in session.execute(
        sa.select(Message.conversation_id, Message.at, Message.text).join(firsts, first).order_by(Message.seq.desc())
    ):
        # The earliest comes last.
        said[talk, _day(at)] = said[talk, None] = mask_text(" ".join(text.split()))[:_OPENING]
    return said


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def shown(conversation: str) -> Shown:
    """A conversation to read: numbers masked, pictures left out. Raises Refused."""
    with reading() as session:
        talk = session.get(Conversation, conversation)
        if talk is None:
            raise Refused(404, "not_found")
        found = session.scalars(
            sa.select(Message)
            .where(Message.conversation_id == conversation)
            .order_by(Message.seq.desc())
            .limit(_MOST_LINES)
        ).all()[::-1]
        agents = {line.staff_id for line in found if line.staff_id is not None}
        names = dict(session.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_(agents))).all())
        row = _handovers(session, [conversation]).get(conversation)
        return {
            "conversation": conversation,
            "channel": talk.channel,
            "topic_title": _topic(row),
            "number_mask": row.number_mask if row else None,
            "messages": [_line(line) | {"staff": names.get(line.staff_id)} for line in found],
        }


def _line(message: Message) -> Shown:
    line = store.shown(message)
    card = line.get("card")
    if isinstance(card, dict) and card.get("kind") == "picture":
        return line | {"text": content("board")["picture"], "card": None}
    choices = [choice | {"title": mask_text(choice["title"])} for choice in line["choices"]]
    return line | {"text": mask_text(line["text"]), "choices": choices, "card": _masked(card)}


def _masked(held: Any) -> Any:
    """Whatever a card says, masked."""
    if isinstance(held, dict):
        return {name: _masked(one) for name, one in held.items()}
    if isinstance(held, list):
        return [_masked(one) for one in held]
    return mask_text(held) if isinstance(held, str) else held
