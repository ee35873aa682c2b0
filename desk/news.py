"""Messages that the desk starts: what has changed at the operator's, told to the conversations that wait for it."""

import json
import logging
from datetime import timedelta

from sqlalchemy.orm import Session

from bss import sights, watch
from bss.appointments import Appointment
from bss.balance import Topup
from bss.errors import BssError
from bss.http import turn
from bss.orders import Order
from bss.sights import Sight, Thing
from bss.tickets import Ticket
from bss.watch import Watch
from bss.watch_states import word
from common.database import transaction
from common.money import yuan
from common.settings import settings
from common.times import moment_label, utc_now
from desk import store
from desk.errors import Refused, sentence
from desk.models import Conversation
from desk.store import Said
from knowledge_base.content import content

logger = logging.getLogger(__name__)

# Shorter than the lease of a watch.
LOOK_SECONDS = 8.0


def look() -> bool:
    """Looks at what has been due longest and tells of a change, once; False when nothing is due. The worker's loop."""
    watched = watch.claim()
    if watched is None:
        return False
    sight = _look(watched)
    with transaction() as session:
        row = _listening(session, watched.conversation)
        if row is None:
            watch.drop(session, watched)
            return True
        state = watch.settle(session, watched, sight.state)
        if state is not None:
            _tell(session, row, watched, state, sight.thing)
    return True


def _look(watched: Watch) -> Sight:
    try:
        with turn(LOOK_SECONDS, f"watch-{watched.id}"):
            return sights.look(watched.topic, watched.identity)
    except BssError as error:
        logger.warning("%s %s cannot be looked at: %s", watched.topic, watched.identity, error)
    except Exception:
        # Whatever is wrong with one object must not keep the others from being looked at.
        logger.exception("%s %s cannot be looked at", watched.topic, watched.identity)
    return Sight(None)


def _listening(session: Session, conversation: str) -> Conversation | None:
    """The conversation, if its customer can still open it; in WeChat it never closes."""
    try:
        row = store.lock_conversation(session, conversation)
    except Refused:
        return None
    open_still = utc_now() - row.active_at < timedelta(seconds=settings().conversation_seconds)
    return row if open_still or row.channel == "wechat" else None


def _tell(session: Session, row: Conversation, watched: Watch, state: str, thing: Thing | None) -> None:
    if watched.topic == "line_test":
        store.add_event_turn(session, row, f"/line_tested{json.dumps({'test': watched.identity})}")
        return
    text, choices = news(watched.topic, state, thing)
    # While a person answers, or is waited for, the bot neither speaks nor can a choice reach it.
    said = Said("bot", text, choices) if row.mode == "bot" else Said("system", text)
    store.add_lines(session, row, [said])


def news(topic: str, state: str, thing: Thing | None) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a customer reads of an object that is in a new state, and the choices below it."""
    name = f"news_{topic}_{word(state)}"
    match thing:
        case Ticket(id=number, title=title, kind=kind, history=history):
            if kind == "fault" and state in {"inProgress", "resolved"}:
                name = f"news_fault_{state}"
            text = sentence(name, number=number, title=title, reason=_reason(history[-1].reason if history else ""))
            return text, _ticket_choices(number) if state == "resolved" else ()
        case Order(id=number, reason=reason):
            return sentence(name, number=number, reason=_reason(reason)), ()
        case Appointment(id=number, start=start):
            at = moment_label(start) if start else sentence("news_time_unknown")
            return sentence(name, number=number, at=at), ()
        case Topup(id=number, amount=amount):
            text = sentence(name, number=number, amount=yuan(amount))
            return text, (_choice("balance", "/query_balance"),) if state == "completed" else ()
    return sentence(name), (_choice("still_down", "/report_fault"),)


def _ticket_choices(number: str) -> tuple[tuple[str, str], ...]:
    which = json.dumps({"ticket_number": number})
    return (
        _choice("mended", f"/ticket_settled{which}"),
        _choice("not_mended", f"/query_ticket_reopen{which}"),
        _choice("menu", "/menu"),
    )


def _choice(name: str, payload: str) -> tuple[str, str]:
    return content("desk")["choices"][name], payload


def _reason(words: str) -> str:
    """The operator's reason, as the end of a sentence of ours."""
    return words.strip().rstrip("。.！!") or sentence("news_reason_unknown")
