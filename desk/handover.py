"""转人工, the customer's side: into the queue, told where they stand, out of it again. All functions block."""

import hmac
import json
import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import transaction
from common.identity import InvalidIdentity, derived_key, open_sealed
from common.masking import mask_number
from common.settings import settings
from common.times import iso, moment_label, utc_now
from desk import opening, queue, store
from desk.errors import sentence
from desk.handover_models import Handover, HandoverNote
from desk.handover_states import QUEUED, WAITING, moved
from desk.models import Conversation
from desk.store import Said, Shown
from desk.workbench import chats
from knowledge_base.content import content

# Choices that the desk itself understands, so that they work while the bot does not.
HUMAN = "desk:human"
LEAVE_QUEUE = "desk:leave_queue"
CALL_BACK = "desk:callback"

# The event that begins the bot's journey for a call back.
REQUEST_CALL_BACK = "/request_callback"
NUMBER = "handover"
_ASIDE = re.compile(r"[\W_吧了啊呀]")


def human_choice() -> tuple[str, str]:
    """The button that reaches a person without the bot."""
    return content("desk")["choices"]["human"], HUMAN


def asks_for_person(text: str) -> bool:
    """Whether a sentence plainly asks for a person; for the time when no model can be asked."""
    return any(word in text for word in content("desk")["human_words"])


def asked_while_waiting(text: str) -> str | None:
    """What a waiting customer's whole message asks of the desk: LEAVE_QUEUE, CALL_BACK, or None."""
    said = _ASIDE.sub("", text)
    for payload, words in ((LEAVE_QUEUE, "leave_queue_words"), (CALL_BACK, "call_back_words")):
        if said in content("desk")[words]:
            return payload
    return None


def open_handover(
    session: Session,
    row: Conversation,
    context: dict[str, Any],
    said: list[Said],
    turn: str | None,
    announced: Said | None = None,
) -> list[Shown]:
    """Puts a conversation into the queue, once, and says what happens next after what was already said.

    `announced` says that a person comes: out of hours it is left out, and the bot takes a number to call back instead.
    """
    if row.mode == "human":
        return []  # a person is there
    if waiting_of(session, row.id) is None:
        made = _make(session, row, context)
        if not opening.is_open(session, made.group):
            return _closed(session, row, made, said, turn)
    place = queue.place_of(session, row.id)
    announcement = [announced] if announced else []
    lines = store.add_lines(session, row, [*said, *announcement, _place(place)], turn)
    store.set_mode(session, row, "queued", place)
    return lines


def waiting_of(session: Session, conversation: str) -> Handover | None:
    """The handover by which a conversation waits for a person."""
    return session.scalar(
        sa.select(Handover).where(Handover.conversation_id == conversation, Handover.state.in_(WAITING))
    )


def number_hash(number: str) -> str:
    """By which a number is found again without being stored."""
    return hmac.new(derived_key("number"), number.encode(), sha256).hexdigest()


def number_of(sealed: str | None) -> str | None:
    """The number that was sealed into a handover; None when there is none, or it is too old to be opened."""
    try:
        return open_sealed(NUMBER, sealed, settings().staff_number_seconds)["number"] if sealed else None
    except InvalidIdentity:
        return None


def _make(session: Session, row: Conversation, context: dict[str, Any]) -> Handover:
    sealed = context.get("number")
    number = number_of(sealed)
    # One that is only bound to a WeChat account finds earlier chats, and opens no account.
    known = number or number_of(context.get("known"))
    mark = None if known is None else number_hash(known)
    same = Handover.conversation_id == row.id
    theirs = same if mark is None else sa.or_(same, Handover.number_hash == mark)
    made = Handover(
        conversation_id=row.id,
        state=QUEUED,
        context={name: value for name, value in context.items() if name not in {"number", "known"}},
        group=str(context.get("group") or content("skills")["default"]),
        urgent=context.get("priority") == "high",
        number=sealed if number else None,
        number_hash=mark,
        number_mask=mask_number(number) if number else None,
        repeats=served_of_late(session, theirs),
        enriched=number is None,
        opened_seq=row.last_seq,
    )
    session.add(made)
    session.flush()
    return made


def served_of_late(session: Session, whose: Any) -> int:
    """How often somebody has been with a person in the last days; `whose` is a condition on handovers."""
    since = utc_now() - timedelta(days=float(content("routing")["repeat_days"]))
    count: int = session.scalar(
        sa.select(sa.func.count())
        .select_from(Handover)
        .where(whose, Handover.created_at >= since, Handover.accepted_at.is_not(None))
    )
    return count


def _closed(
    session: Session, row: Conversation, made: Handover, said: list[Said], turn: str | None, words: str = "closed"
) -> list[Shown]:
    """Nobody is there: says when somebody will be, and has the bot take a number to call back."""
    at = opening.opens(session, made.group)
    text = sentence(words, at=moment_label(at)) if at else sentence("closed_unknown")
    lines = store.add_lines(session, row, [*said, Said("system", text)], turn)
    _to_callback(session, row, made, "closed", at)
    return lines


def _to_callback(session: Session, row: Conversation, waits: Handover, why: str, opens: datetime | None = None) -> None:
    _leave(session, row, waits, "call_back")
    asked = {"group": waits.group, "why": why, "sealed": waits.number or "", "topic": waits.context.get("topic") or ""}
    if opens is not None:
        asked["opens"] = iso(opens)
    store.add_event_turn(session, row, f"{REQUEST_CALL_BACK}{json.dumps(asked)}")


def _leave(session: Session, row: Conversation, waits: Handover, event: str) -> None:
    """Takes a handover out of the queue; the agent who was asked to accept it is told."""
    if waits.staff_id is not None:
        store.tell_staff(session, row.id, waits.staff_id, waits.id, "chats", {})
        waits.staff_id = None
    waits.state, waits.closed_at = moved(waits.state, event), utc_now()
    if row.mode != "bot":
        store.set_mode(session, row, "bot", None)


def call_back(session: Session, row: Conversation, turn: str) -> None:
    """Takes a conversation out of the queue; the bot asks for the number to ring."""
    waits = waiting_of(session, row.id)
    if waits is None:
        store.add_lines(session, row, [Said("system", sentence("choice_unknown"))], turn)
        return
    store.add_lines(session, row, [Said("system", sentence("call_back"))], turn)
    _to_callback(session, row, waits, "queue")


def leave_queue(session: Session, row: Conversation, turn: str) -> None:
    """Takes a conversation out of the queue; the bot answers again."""
    waits = waiting_of(session, row.id)
    if waits is None:
        store.add_lines(session, row, [Said("system", sentence("choice_unknown"))], turn)
        return
    choices = ((content("desk")["choices"]["menu"], "/menu"), human_choice())
    store.add_lines(session, row, [Said("system", sentence("queue_left"), choices)], turn)
    _leave(session, row, waits, "left")


def end_waiting(session: Session, row: Conversation, waits: Handover, *, gone: bool) -> None:
    """Nobody will serve who waits: they are gone, or it is closing time and they are called back."""
    if gone:
        store.add_lines(session, row, [Said("system", sentence("queue_silent"), (human_choice(),))])
        _leave(session, row, waits, "left")
    else:
        _closed(session, row, waits, [], None, "queue_closed")


def give_up(conversation: str) -> None:
    """The customer has closed the page: gives up a place in the queue, or tells the agent, once."""
    with transaction() as session:
        row = store.lock_conversation(session, conversation)
        waits = waiting_of(session, row.id)
        if waits is not None:
            _leave(session, row, waits, "left")
        elif row.mode == "human":
            found, text = session.get(Handover, row.handover_id), sentence("customer_gone")
            told = sa.exists().where(HandoverNote.handover_id == found.id, HandoverNote.text == text)
            if not session.scalar(sa.select(told)):
                chats.note(session, found, "event", text)


def remind(conversation: str, turn: str) -> None:
    """Tells a waiting customer that the message was kept, and where they stand."""
    with transaction() as session:
        row = store.lock_conversation(session, conversation)
        place = queue.place_of(session, conversation)
        if place is not None:
            text = sentence("still_queued", ahead=place["ahead"]) if place["ahead"] else place["text"]
            store.add_lines(session, row, [Said("system", text, _choices())], turn)


def ask_again(session: Session, row: Conversation, waits: Handover, place: Shown) -> None:
    """Tells who has waited long where they stand, and offers a call back."""
    waits.asked_at = utc_now()
    text = sentence("queued_long", ahead=place["ahead"]) if place["ahead"] else place["text"]
    store.add_lines(session, row, [Said("system", text, _choices())])
    store.tell(session, row, "queue", place)


def _place(place: Shown | None) -> Said:
    return Said("system", place["text"] if place else "", _choices())


def _choices() -> tuple[tuple[str, str], ...]:
    titles = content("desk")["choices"]
    return (titles["call_back"], CALL_BACK), (titles["leave_queue"], LEAVE_QUEUE)
