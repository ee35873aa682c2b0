"""转人工: who waits for a person, since when, and with what context. All functions block.

Agents and routing come with the workbench; until then a handover is stored, counted and can be left again.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import transaction
from desk import store
from desk.errors import sentence
from desk.handover_models import Handover
from desk.models import Conversation
from desk.store import Said, Shown
from knowledge_base.content import content

# Choices that the desk itself understands, so that they work while the bot does not.
HUMAN = "desk:human"
LEAVE_QUEUE = "desk:leave_queue"


def human_choice() -> tuple[str, str]:
    """The button that reaches a person without the bot."""
    return content("desk")["choices"]["human"], HUMAN


def asks_for_person(text: str) -> bool:
    """Whether a sentence plainly asks for a person; for the time when no model can be asked."""
    return any(word in text for word in content("desk")["human_words"])


def asks_to_leave_queue(text: str) -> bool:
    """Whether a waiting customer says that they no longer want to."""
    return any(word in text for word in content("desk")["leave_queue_words"])


def queue_of(session: Session, conversation: str) -> Shown | None:
    """Where a conversation stands in the queue: position from 1, minutes as a fair guess; None when it is in none."""
    own = session.scalar(
        sa.select(Handover.id).where(Handover.conversation_id == conversation, Handover.state == "queued")
    )
    if own is None:
        return None
    ahead = session.scalar(
        sa.select(sa.func.count()).select_from(Handover).where(Handover.state == "queued", Handover.id < own)
    )
    minutes = max(1, ahead * int(content("desk")["queue"]["minutes_each"]))
    text = sentence("queued", ahead=ahead, minutes=minutes) if ahead else sentence("queued_next")
    return {"position": ahead + 1, "ahead": ahead, "estimate_minutes": minutes, "text": text}


def queue(conversation: str) -> Shown | None:
    """`queue_of` in a transaction of its own."""
    with transaction() as session:
        return queue_of(session, conversation)


def open_handover(
    session: Session, row: Conversation, context: dict[str, Any], said: list[Said], turn: str | None
) -> list[Shown]:
    """Puts a conversation into the queue, once, and says what happens next after what was already said."""
    if queue_of(session, row.id) is None:
        session.add(Handover(conversation_id=row.id, context=context, group=str(context.get("group") or "mobile")))
        session.flush()
    place = queue_of(session, row.id)
    lines = store.add_lines(session, row, [*said, _place(place)], turn)
    store.set_mode(session, row, "queued", place)
    return lines


def leave_queue(conversation: str, turn: str) -> list[Shown]:
    """Takes a conversation out of the queue; the bot answers again."""
    with transaction() as session:
        row = store.lock_conversation(session, conversation)
        choices = ((content("desk")["choices"]["menu"], "/menu"), human_choice())
        lines = store.add_lines(session, row, [Said("system", sentence("queue_left"), choices)], turn)
        _cancel(session, row)
        return lines


def give_up(conversation: str) -> None:
    """Takes a conversation out of the queue, if it waits, when the customer has closed it."""
    with transaction() as session:
        row = store.lock_conversation(session, conversation)
        if row.mode == "queued":
            _cancel(session, row)


def _cancel(session: Session, row: Conversation) -> None:
    session.execute(
        sa.update(Handover)
        .where(Handover.conversation_id == row.id, Handover.state == "queued")
        .values(state="cancelled")
        .execution_options(synchronize_session=False)
    )
    store.set_mode(session, row, "bot", None)


def remind(conversation: str, turn: str) -> list[Shown]:
    """Tells a waiting customer that the message was kept, and where they stand."""
    with transaction() as session:
        row = store.lock_conversation(session, conversation)
        place = queue_of(session, conversation)
        if place is None:
            return []
        text = sentence("still_queued", ahead=place["ahead"]) if place["ahead"] else place["text"]
        return store.add_lines(session, row, [Said("system", text, (_leave_choice(),))], turn)


def _place(place: Shown | None) -> Said:
    return Said("system", place["text"] if place else "", (_leave_choice(),))


def _leave_choice() -> tuple[str, str]:
    return content("desk")["choices"]["leave_queue"], LEAVE_QUEUE
