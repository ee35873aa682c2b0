"""Whom a chat is about, for who may ask: every question about a customer begins here. All functions block."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bss import inventory
from bss.inventory import Line
from common.database import reading
from common.identity import InvalidIdentity, open_sealed
from common.settings import settings
from desk.errors import Refused
from desk.handover import NUMBER, number_of
from desk.handover_models import Handover
from desk.handover_states import ACTIVE
from desk.models import Message
from desk.workbench import cards


@dataclass(frozen=True)
class Subject:
    """A chat and its customer. `number` is the verified one, None without; `context` is what the bot knew.

    `line` is the `Line.id` that a journey was about, None when there is none.
    """

    handover: int
    conversation: str
    context: dict[str, Any] = field(repr=False)
    number: str | None = field(repr=False)
    number_mask: str | None
    name_mask: str | None
    number_hash: str | None = field(repr=False)
    group: str
    line: str | None

    @property
    def topic(self) -> str:
        """The intent that the chat is about, empty when nobody knows."""
        return str(self.context.get("topic") or "")


def read(handover: int, *, staff: int, sees_all: bool) -> Subject:
    """For whoever may read the chat. Raises Refused."""
    with reading() as session:
        return _subject(cards.visible(session, handover, staff=staff, sees_all=sees_all))


def served(handover: int, *, staff: int) -> Subject:
    """For the agent whose chat it is now: only they act for its customer. Raises Refused."""
    with reading() as session:
        return _subject(own(session, handover, staff=staff))


def own(session: Any, handover: int, *, staff: int, sees_all: bool = False) -> Handover:
    """The chat, for the agent whose it is now, or for who sees all. Raises Refused."""
    row = cards.visible(session, handover, staff=staff, sees_all=sees_all)
    if not sees_all and (row.staff_id != staff or row.state != ACTIVE):
        raise Refused(409, "moved_on")
    return row


def sentences(subject: Subject, most: int) -> list[str]:
    """What the customer has said in their own words, the oldest of the latest `most` first."""
    with reading() as session:
        latest = session.scalars(
            sa.select(Message.text)
            .where(Message.conversation_id == subject.conversation, Message.role == "customer", Message.text != "")
            .order_by(Message.seq.desc())
            .limit(most)
        ).all()
    return [str(text) for text in reversed(latest)]


def last_sentence(subject: Subject) -> str:
    """The customer's last words, empty when there are none."""
    return next(iter(sentences(subject, 1)), "")


def _subject(row: Handover) -> Subject:
    return Subject(
        handover=row.id,
        conversation=row.conversation_id,
        context=dict(row.context),
        number=number_of(row.number),
        number_mask=row.number_mask,
        name_mask=row.name_mask,
        number_hash=row.number_hash,
        group=row.group,
        line=_line_of(row.context.get("line")),
    )


def _line_of(sealed: Any) -> str | None:
    try:
        return open_sealed(NUMBER, str(sealed), settings().staff_number_seconds).get("line") if sealed else None
    except InvalidIdentity:
        return None


def lines_of(number: str) -> list[Line]:
    """The lines that a verified number may speak for: its own, then those that have not ended. Raises BssError."""
    own_line = inventory.line(number)
    every = inventory.lines(own_line.customer) if own_line.speaks_for_all else []
    return [own_line, *(one for one in every if one.id != own_line.id and one.state != "terminated")]


def meant(subject: Subject, lines: list[Line]) -> Line:
    """Which of the customer's lines a chat is about: the journey's, else one of the kind that was named, else the own.

    `lines` as `lines_of` has them.
    """
    if (found := next((one for one in lines if one.id == subject.line), None)) is not None:
        return found
    kind = subject.context.get("product_line") or ("broadband" if subject.topic.endswith("broadband") else None)
    return next((one for one in lines if one.kind == kind), lines[0])
