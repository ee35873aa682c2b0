"""Conversations in the database: what came in, what was said, and what still has to be sent. All functions block."""

import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.database import reading, transaction
from common.times import iso, utc_now
from desk.errors import Refused
from desk.models import Choice, Conversation, Message, OutboxEvent, Turn

Shown = dict[str, Any]

# Begins the name of an event that goes to an agent alone.
STAFF_ONLY = "staff:"


@dataclass(frozen=True)
class Said:
    """Something to add to a transcript; a choice is (title, payload); `staff` is the agent who says it."""

    role: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()
    card: dict[str, Any] | None = None
    staff: int | None = None


@dataclass(frozen=True)
class Work:
    """A turn that this process holds the lease of; `mode` says who answered the conversation when it was taken."""

    id: str
    conversation: str
    text: str
    payload: str | None
    attempts: int
    created_at: datetime
    mode: str = "bot"

    @property
    def is_event(self) -> bool:
        """Whether the desk began it: see `add_event_turn`."""
        return not self.text and self.payload is not None


@dataclass(frozen=True)
class Accepted:
    """A customer's message after it was written down; `known` when it had been before.

    `work`: the turn is already leased, since nothing in the conversation comes before it.
    """

    conversation: str
    mode: str
    turn: str
    text: str
    payload: str | None
    known: bool
    work: Work | None = None


def shown(message: Message) -> Shown:
    """A message as the public contract has it."""
    result: Shown = {
        "seq": message.seq,
        "role": message.role,
        "text": message.text,
        "choices": [{"id": choice.id, "title": choice.title} for choice in message.choices],
        "card": message.card,
        "at": iso(message.at),
    }
    if message.client_id is not None and message.role == "customer":
        result["client_id"] = message.client_id
    return result


def create_conversation(channel: str) -> str:
    """A new conversation's id."""
    with transaction() as session:
        return str(new_conversation(session, channel).id)


def new_conversation(session: Session, channel: str) -> Conversation:
    """`create_conversation` inside a transaction of the caller's."""
    row = Conversation(id=uuid.uuid4().hex, channel=channel, mode="bot")
    session.add(row)
    session.flush()
    return row


def accept(
    conversation: str,
    client_id: str,
    text: str | None,
    choice: str | None,
    *,
    card: dict[str, Any] | None = None,
    seen: int | None = None,
    payload: str | None = None,
    lease_seconds: float = 0,
) -> Accepted:
    """Writes a customer's message down, once for a `client_id`, with the turn that has to answer it.

    `seen` is for channels that show choices by number: the last line that the customer may have got; a plain number
    presses a choice of it. `payload` is what the channel itself understood. `lease_seconds`: the caller runs the turn
    at once, and takes it for so long if it is the bot's next. Raises Refused for an unknown conversation or choice.
    """
    try:
        return _accept(conversation, client_id, text, choice, card, seen, payload, lease_seconds)
    except IntegrityError:
        # The same message arrived twice at the same moment: the other one has been written down.
        return _accept(conversation, client_id, text, choice, card, seen, payload, lease_seconds)


def _accept(
    conversation: str,
    client_id: str,
    text: str | None,
    choice: str | None,
    card: dict[str, Any] | None,
    seen: int | None,
    payload: str | None,
    lease_seconds: float,
) -> Accepted:
    with transaction() as session:
        row = _get(session, conversation)
        known = session.scalar(
            sa.select(Message).where(Message.conversation_id == conversation, Message.client_id == client_id)
        )
        if known is not None:
            turn = session.get(Turn, known.turn_id)
            return Accepted(conversation, row.mode, turn.id, known.text, turn.payload, True)
        if choice is not None:
            text, payload = _choice(session, conversation, choice)
        elif text and payload is None:
            payload = _titled(session, row, text, seen)
        turn = Turn(
            id=uuid.uuid4().hex,
            conversation_id=conversation,
            text=text or "",
            payload=payload,
            state="pending" if (row.mode == "bot" and card is None) or is_for_desk(payload) else "done",
            attempts=0,
            created_at=utc_now(),
        )
        work = None
        if lease_seconds and turn.state == "pending" and not _has_open_turns(session, conversation):
            turn.attempts, turn.lease_until = 1, turn.created_at + timedelta(seconds=lease_seconds)
            work = Work(turn.id, conversation, turn.text, payload, 1, turn.created_at, row.mode)
        session.add(turn)
        session.flush()
        message = _append(session, row, Said("customer", text or "", card=card), turn.id, client_id)
        tell(session, row, "message", shown(message))
        return Accepted(conversation, row.mode, turn.id, text or "", payload, False, work)


def say(conversation: str, said: list[Said], turn: str | None = None) -> list[Shown]:
    """Adds lines to a transcript and to the outbox, and returns them as the contract has them."""
    with transaction() as session:
        return add_lines(session, _get(session, conversation), said, turn)


def add_lines(session: Session, row: Conversation, said: list[Said], turn: str | None = None) -> list[Shown]:
    """`say` inside a transaction of the caller's."""
    return [add_line(session, row, entry, turn) for entry in said]


def add_line(
    session: Session, row: Conversation, said: Said, turn: str | None = None, client_id: str | None = None
) -> Shown:
    """One line to a transcript and to the outbox; `client_id` names it once in its conversation."""
    line = shown(_append(session, row, said, turn, client_id))
    tell(session, row, "message", line)
    return line


def tell(session: Session, row: Conversation, event: str, payload: Any) -> None:
    """Has the channel, and the agent who answers, told of something."""
    session.add(
        OutboxEvent(
            conversation_id=row.id, event=event, payload=payload, staff_id=row.staff_id, handover_id=row.handover_id
        )
    )


def tell_staff(session: Session, conversation: str, staff: int, handover: int, event: str, payload: Any) -> None:
    """Has an agent told of what no customer is told of."""
    session.add(
        OutboxEvent(
            conversation_id=conversation,
            event=f"{STAFF_ONLY}{event}",
            payload=payload,
            staff_id=staff,
            handover_id=handover,
        )
    )


def set_mode(
    session: Session,
    row: Conversation,
    mode: str,
    queue: Shown | None,
    *,
    staff: int | None = None,
    handover: int | None = None,
) -> None:
    """Changes who answers, and tells the channel; `staff` and `handover` are for mode human."""
    row.mode, row.staff_id, row.handover_id = mode, staff, handover
    tell(session, row, "mode", {"mode": mode})
    tell(session, row, "queue", queue)


def is_for_desk(payload: str | None) -> bool:
    """Whether a choice is one that the desk itself understands."""
    return payload is not None and payload.startswith("desk:")


def replies(turn: str) -> list[Shown]:
    """What was said in answer to a turn's message so far."""
    with reading() as session:
        return shown_replies(session, turn)


def shown_replies(session: Session, turn: str) -> list[Shown]:
    """`replies` inside a session of the caller's."""
    rows = session.scalars(
        sa.select(Message).where(Message.turn_id == turn, Message.role != "customer").order_by(Message.seq)
    )
    return [shown(row) for row in rows]


def mode_of(session: Session, conversation: str) -> str:
    """Who answers a conversation: bot, queued (nobody yet) or human."""
    return str(session.scalar(sa.select(Conversation.mode).where(Conversation.id == conversation)))


def history(conversation: str, after: int, limit: int = 500) -> tuple[list[Shown], str]:
    """The transcript after a seq, oldest first, and the mode."""
    with reading() as session:
        row = session.get(Conversation, conversation)
        if row is None:
            raise Refused(404, "not_found")
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
    now = utc_now()
    if said.role == "customer":
        row.active_at = now
    message = Message(
        conversation_id=row.id,
        seq=row.last_seq,
        role=said.role,
        text=said.text,
        card=said.card,
        client_id=client_id,
        turn_id=turn,
        staff_id=said.staff,
        at=now,
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


def _titled(session: Session, row: Conversation, text: str, seen: int | None) -> str | None:
    """The payload of a button of the latest answer, when its title was typed instead of pressed.

    Of a title that begins with a digit, the digit will do; where choices are numbered (`seen`), the number.
    """
    latest = (
        sa.select(sa.func.coalesce(sa.func.max(Message.seq), 0))
        .where(Message.conversation_id == row.id, Message.role == "customer")
        .scalar_subquery()
    )
    number = unicodedata.normalize("NFKC", text).rstrip(".、 ") if seen is not None else text
    same = [Choice.title == text]
    if number in list("123456789"):
        same.append(Choice.title.like(f"{number} %"))
    offered = (
        sa.select(Choice.payload)
        .join(Message, Message.id == Choice.message_id)
        .where(Message.conversation_id == row.id, Message.seq > latest)
    )
    if seen is not None:
        offered = offered.where(Message.seq <= seen)
    payload: str | None = session.scalar(offered.where(sa.or_(*same)).order_by(Message.seq.desc()).limit(1))
    if payload is None and seen is not None and number.isascii() and number.isdecimal() and len(number) <= 2:
        last = offered.with_only_columns(sa.func.max(Message.seq)).scalar_subquery()
        payload = session.scalar(offered.where(Message.seq == last, Choice.position == int(number) - 1))
    return payload


# Turns


def add_event_turn(session: Session, row: Conversation, payload: str) -> None:
    """Adds a turn that no message of the customer's began: the bot gets `payload`, and what it says is a message.

    It runs in order with the customer's turns, while the bot answers; a failed one is dropped without a word.
    """
    session.add(Turn(id=uuid.uuid4().hex, conversation_id=row.id, text="", payload=payload, state="pending"))


def _has_open_turns(session: Session, conversation: str) -> bool:
    open_turn = sa.exists().where(Turn.conversation_id == conversation, Turn.state == "pending")
    return bool(session.scalar(sa.select(open_turn)))


def pending(conversation: str) -> list[str]:
    """Ids of the turns of a conversation that are not answered yet, oldest first."""
    with reading() as session:
        return list(
            session.scalars(
                sa.select(Turn.id)
                .where(Turn.conversation_id == conversation, Turn.state == "pending")
                .order_by(Turn.created_at)
            )
        )


def due(limit: int = 20) -> list[str]:
    """Conversations whose oldest open turn is due for its next try and held by nobody: none may be overtaken."""
    now = utc_now()
    earlier = orm.aliased(Turn)
    overtakes = sa.exists().where(
        earlier.conversation_id == Turn.conversation_id,
        earlier.state == "pending",
        earlier.created_at < Turn.created_at,
    )
    with reading() as session:
        return list(
            session.scalars(
                sa.select(Turn.conversation_id)
                .where(Turn.state == "pending", Turn.next_try_at <= now, _free(now), ~overtakes)
                .order_by(Turn.created_at)
                .limit(limit)
            )
        )


def lease(turn: str, seconds: float) -> Work | None:
    """Takes a turn for `seconds`; None when it is answered, or another process works in the same conversation."""
    now = utc_now()
    other = orm.aliased(Turn)
    with transaction() as session:
        # Holding the conversation's row keeps two replicas from taking two of its turns at once.
        conversation = session.scalar(sa.select(Turn.conversation_id).where(Turn.id == turn))
        mode = _get(session, conversation).mode
        busy = session.scalar(
            sa.select(sa.func.count())
            .select_from(other)
            .where(other.conversation_id == conversation, other.state == "pending", other.lease_until >= now)
        )
        if busy:
            return None
        taken = session.execute(
            sa.update(Turn)
            .where(Turn.id == turn, Turn.state == "pending", _free(now))
            .values(lease_until=now + timedelta(seconds=seconds), attempts=Turn.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:
            return None
        row = session.get(Turn, turn)
        return Work(row.id, row.conversation_id, row.text, row.payload, row.attempts, row.created_at, mode)


def finish(
    session: Session, turn: str, state: str, *, intent: str | None = None, confidence: float | None = None
) -> None:
    """Ends a turn: done or failed; with what the bot took its text for."""
    session.execute(
        sa.update(Turn)
        .where(Turn.id == turn)
        .values(state=state, lease_until=None, intent=intent, confidence=confidence)
        .execution_options(synchronize_session=False)
    )


def put_off(session: Session, turn: str, seconds: float, *, uncounted: bool = False) -> None:
    """Gives a turn back, to be tried again after `seconds`; the try that has just failed may go uncounted."""
    session.execute(
        sa.update(Turn)
        .where(Turn.id == turn)
        .values(
            lease_until=None,
            next_try_at=utc_now() + timedelta(seconds=seconds),
            attempts=Turn.attempts - int(uncounted),
        )
        .execution_options(synchronize_session=False)
    )


def release_leases() -> None:
    """Frees all turns and outbox events that a process held when it ended."""
    with transaction() as session:
        for table in (Turn, OutboxEvent):
            session.execute(sa.update(table).values(lease_until=None).execution_options(synchronize_session=False))


def is_answered(turn: str) -> bool:
    """Whether the customer has been told anything in a turn."""
    with reading() as session:
        return has_ended(session, turn) or has_replies(session, turn)


def has_ended(session: Session, turn: str) -> bool:
    """Whether a turn is done or given up."""
    return session.scalar(sa.select(Turn.state).where(Turn.id == turn)) != "pending"


def has_replies(session: Session, turn: str) -> bool:
    """Whether something was said in answer to a turn's message."""
    reply = sa.exists().where(Message.turn_id == turn, Message.role != "customer")
    return bool(session.scalar(sa.select(reply)))


def _free(now: datetime) -> Any:
    return sa.or_(Turn.lease_until.is_(None), Turn.lease_until < now)
