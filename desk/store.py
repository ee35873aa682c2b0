"""Conversations in the database: what came in, what was said, and what still has to be sent. All functions block."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.database import transaction
from common.times import utc_now
from desk.errors import Refused
from desk.models import Choice, Conversation, Message, OutboxEvent, Turn

Shown = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """Something to add to a transcript; a choice is (title, payload)."""

    role: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()
    card: dict[str, Any] | None = None


@dataclass(frozen=True)
class Accepted:
    """A customer's message after it was written down; `known` when it had been before."""

    conversation: str
    mode: str
    turn: str
    text: str
    payload: str | None
    known: bool


def shown(message: Message) -> Shown:
    """A message as the public contract has it."""
    result: Shown = {
        "seq": message.seq,
        "role": message.role,
        "text": message.text,
        "choices": [{"id": choice.id, "title": choice.title} for choice in message.choices],
        "card": message.card,
        "at": message.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if message.client_id is not None:
        result["client_id"] = message.client_id
    return result


def create_conversation(channel: str) -> str:
    """A new conversation's id."""
    conversation = uuid.uuid4().hex
    with transaction() as session:
        session.add(Conversation(id=conversation, channel=channel, mode="bot"))
    return conversation


def accept(
    conversation: str, client_id: str, text: str | None, choice: str | None, *, card: dict[str, Any] | None = None
) -> Accepted:
    """Writes a customer's message down, once for a `client_id`, with the turn that has to answer it.

    Raises Refused for an unknown conversation or choice.
    """
    try:
        return _accept(conversation, client_id, text, choice, card)
    except IntegrityError:
        # The same message arrived twice at the same moment: the other one has been written down.
        return _accept(conversation, client_id, text, choice, card)


def _accept(
    conversation: str, client_id: str, text: str | None, choice: str | None, card: dict[str, Any] | None
) -> Accepted:
    with transaction() as session:
        row = _get(session, conversation)
        known = session.scalar(
            sa.select(Message).where(Message.conversation_id == conversation, Message.client_id == client_id)
        )
        if known is not None:
            turn = session.get(Turn, known.turn_id)
            return Accepted(conversation, row.mode, turn.id, known.text, turn.payload, True)
        payload = None
        if choice is not None:
            text, payload = _choice(session, conversation, choice)
        turn = Turn(
            id=uuid.uuid4().hex,
            conversation_id=conversation,
            text=text or "",
            payload=payload,
            state="pending" if row.mode == "bot" and card is None else "done",
        )
        session.add(turn)
        session.flush()
        message = _append(session, row, Said("customer", text or "", card=card), turn.id, client_id)
        session.add(OutboxEvent(conversation_id=conversation, event="message", payload=shown(message)))
        return Accepted(conversation, row.mode, turn.id, text or "", payload, False)


def say(conversation: str, said: list[Said], turn: str | None = None) -> list[Shown]:
    """Adds lines to a transcript and to the outbox, and returns them as the contract has them."""
    with transaction() as session:
        return add_lines(session, _get(session, conversation), said, turn)


def add_lines(session: Session, row: Conversation, said: list[Said], turn: str | None = None) -> list[Shown]:
    """`say` inside a transaction of the caller's."""
    lines = []
    for entry in said:
        message = _append(session, row, entry, turn, None)
        line = shown(message)
        session.add(OutboxEvent(conversation_id=row.id, event="message", payload=line))
        lines.append(line)
    return lines


def set_mode(session: Session, row: Conversation, mode: str, queue: Shown | None) -> None:
    """Changes who answers, and tells the channel."""
    row.mode = mode
    session.add(OutboxEvent(conversation_id=row.id, event="mode", payload={"mode": mode}))
    session.add(OutboxEvent(conversation_id=row.id, event="queue", payload=queue))


def replies(turn: str) -> list[Shown]:
    """What was said in answer to a turn's message so far."""
    with transaction() as session:
        rows = session.scalars(
            sa.select(Message).where(Message.turn_id == turn, Message.role != "customer").order_by(Message.seq)
        )
        return [shown(row) for row in rows]


def history(conversation: str, after: int, limit: int = 500) -> tuple[list[Shown], str]:
    """The transcript after a seq, oldest first, and the mode."""
    with transaction() as session:
        row = _get(session, conversation)
        rows = session.scalars(
            sa.select(Message)
            .where(Message.conversation_id == conversation, Message.seq > after)
            .order_by(Message.seq)
            .limit(limit)
        )
        return [shown(message) for message in rows], row.mode


def lock_conversation(session: Session, conversation: str) -> Conversation:
    """The conversation's row, held until the transaction ends. Raises Refused when there is none."""
    return _get(session, conversation)


def _get(session: Session, conversation: str) -> Conversation:
    row = session.get(Conversation, conversation, with_for_update=True)
    if row is None:
        raise Refused(404, "not_found")
    return row


def _append(session: Session, row: Conversation, said: Said, turn: str | None, client_id: str | None) -> Message:
    row.last_seq += 1
    row.active_at = utc_now()
    message = Message(
        conversation_id=row.id,
        seq=row.last_seq,
        role=said.role,
        text=said.text,
        card=said.card,
        client_id=client_id,
        turn_id=turn,
        at=row.active_at,
    )
    message.choices = [
        Choice(id=secrets.token_urlsafe(9), position=position, title=title, payload=payload)
        for position, (title, payload) in enumerate(said.choices)
    ]
    session.add(message)
    session.flush()
    return message


def _choice(session: Session, conversation: str, choice: str) -> tuple[str, str]:
    row = session.execute(
        sa.select(Choice.title, Choice.payload)
        .join(Message, Message.id == Choice.message_id)
        .where(Choice.id == choice, Message.conversation_id == conversation)
    ).first()
    if row is None:
        raise Refused(422, "choice_unknown")
    return row.title, row.payload


# Turns


@dataclass(frozen=True)
class Work:
    """A turn that this process holds the lease of."""

    id: str
    conversation: str
    text: str
    payload: str | None
    attempts: int
    created_at: datetime


def pending(conversation: str) -> list[str]:
    """Ids of the turns of a conversation that are not answered yet, oldest first."""
    with transaction() as session:
        return list(
            session.scalars(
                sa.select(Turn.id)
                .where(Turn.conversation_id == conversation, Turn.state == "pending")
                .order_by(Turn.created_at)
            )
        )


def due(limit: int = 20) -> list[tuple[str, str]]:
    """(conversation, turn) of turns whose next try is due and that nobody holds, oldest first."""
    now = utc_now()
    with transaction() as session:
        rows = session.execute(
            sa.select(Turn.conversation_id, Turn.id)
            .where(Turn.state == "pending", Turn.next_try_at <= now, _free(now))
            .order_by(Turn.created_at)
            .limit(limit)
        )
        return [(row.conversation_id, row.id) for row in rows]


def lease(turn: str, seconds: float) -> Work | None:
    """Takes a turn for `seconds`, or None when it is answered or another process holds it."""
    now = utc_now()
    with transaction() as session:
        taken = session.execute(
            sa.update(Turn)
            .where(Turn.id == turn, Turn.state == "pending", _free(now))
            .values(lease_until=now + timedelta(seconds=seconds), attempts=Turn.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:
            return None
        row = session.get(Turn, turn)
        return Work(row.id, row.conversation_id, row.text, row.payload, row.attempts, row.created_at)


def finish(session: Session, turn: str, state: str) -> None:
    """Ends a turn: done or failed."""
    session.execute(
        sa.update(Turn)
        .where(Turn.id == turn)
        .values(state=state, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def put_off(session: Session, turn: str, seconds: float) -> None:
    """Gives a turn back, to be tried again after `seconds`."""
    session.execute(
        sa.update(Turn)
        .where(Turn.id == turn)
        .values(lease_until=None, next_try_at=utc_now() + timedelta(seconds=seconds))
        .execution_options(synchronize_session=False)
    )


def is_answered(turn: str) -> bool:
    """Whether a turn has ended."""
    with transaction() as session:
        return session.scalar(sa.select(Turn.state).where(Turn.id == turn)) != "pending"


def _free(now: datetime) -> Any:
    return sa.or_(Turn.lease_until.is_(None), Turn.lease_until < now)
