"""What an agent does with a chat: accept, say, pass on, end. All functions block, and raise Refused.

Each looks at the handover's state and at whose it is inside its transaction: a press that comes too late is told so.
"""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import transaction
from common.times import iso, utc_now
from desk import queue, store, survey
from desk.errors import Refused, sentence
from desk.handover_models import Handover, HandoverNote, Proposal
from desk.handover_states import ACTIVE, OFFERED, QUEUED, IllegalMove, moved
from desk.models import Conversation, Message
from desk.staff import audit
from desk.staff_models import Staff
from desk.store import Said, Shown
from desk.workbench import heard, presence
from knowledge_base.content import content


def move(handover: Handover, event: str) -> None:
    """Moves a handover on. Raises Refused when it has moved on already."""
    try:
        handover.state = moved(handover.state, event)
    except IllegalMove as error:
        raise Refused(409, "moved_on") from error


def locked(session: Session, handover: int) -> tuple[Handover, Conversation]:
    """A handover and its conversation, both held until the transaction ends. Raises Refused."""
    conversation = session.scalar(sa.select(Handover.conversation_id).where(Handover.id == handover))
    if conversation is None:
        raise Refused(404, "not_found")
    row = store.lock_conversation(session, conversation)
    return session.get(Handover, handover, populate_existing=True, with_for_update=True), row


def own(
    session: Session, handover: int, staff: int, states: tuple[str, ...] = (ACTIVE,)
) -> tuple[Handover, Conversation]:
    """`locked` for an agent's own chat in one of these states. Raises Refused."""
    found, row = locked(session, handover)
    if found.staff_id != staff or found.state not in states:
        raise Refused(409, "moved_on")
    return found, row


def accept(handover: int, staff: int) -> None:
    """Takes a chat that was offered; a second press does nothing."""
    with transaction() as session:
        found, row = own(session, handover, staff, (OFFERED, ACTIVE))
        if found.state == OFFERED:
            move(found, "accepted")
            _begin(session, found, row, staff)


def decline(handover: int, staff: int) -> None:
    """Lets a chat pass that was offered: it goes to somebody else."""
    with transaction() as session:
        found, _ = own(session, handover, staff, (OFFERED,))
        let_pass(found, staff)
        note(session, found, "event", sentence("note_declined"), staff)


def let_pass(handover: Handover, staff: int) -> None:
    """Back into the queue, and not to the same agent for a while."""
    move(handover, "passed")
    handover.passed = {**handover.passed, str(staff): iso(utc_now())}
    handover.staff_id = handover.offered_until = None
    if handover.wanted == staff:
        handover.wanted = None


def take(handover: int, staff: int) -> None:
    """Takes a chat out of the queue by hand, within the agent's ceiling."""
    with transaction() as session:
        found, row = locked(session, handover)
        if found.state not in (QUEUED, OFFERED) or (found.state == OFFERED and found.staff_id != staff):
            raise Refused(409, "moved_on")
        account = session.get(Staff, staff)
        if found.group not in account.groups:
            raise Refused(403, "other_group")
        presence.of(session, staff)  # held, so that two presses at once are counted one after the other
        if found.state == QUEUED and chats_of(session, staff) >= account.ceiling:
            raise Refused(409, "ceiling", ceiling=account.ceiling)
        move(found, "taken")
        _begin(session, found, row, staff)


def take_over(handover: int, staff: int, words: str) -> int | None:
    """A supervisor takes a chat, from the queue or from its agent; whose it was, if anybody's."""
    with transaction() as session:
        found, row = locked(session, handover)
        before: int | None = found.staff_id
        if found.state == ACTIVE and before == staff:
            return before
        move(found, "taken")
        note(session, found, "transfer", words or sentence("note_taken_over"), staff, also=before)
        _begin(session, found, row, staff)
        audit.note(session, staff, "take_over", f"handover {handover}")
        return before


def chats_of(session: Session, staff: int) -> int:
    """How many chats an agent has, with those that wait for their yes."""
    count: int = session.scalar(
        sa.select(sa.func.count())
        .select_from(Handover)
        .where(Handover.staff_id == staff, Handover.state.in_((OFFERED, ACTIVE)))
    )
    return count


def _begin(session: Session, found: Handover, row: Conversation, staff: int) -> None:
    now = utc_now()
    again = found.accepted_at is not None
    found.staff_id, found.offered_until, found.wanted, found.returned = staff, None, None, False
    found.accepted_at = found.accepted_at or now
    presence.of(session, staff).idle_since = now
    store.set_mode(session, row, "human", None, staff=staff, handover=found.id)
    name = session.get(Staff, staff).name
    text = sentence("accepted_again" if again else "accepted", agent=name)
    store.add_lines(session, row, [Said("system", text)])


def say(handover: int, staff: int, client_id: str, text: str, card: dict[str, Any] | None = None) -> Shown:
    """A line of the agent's, once for a `client_id`."""
    with transaction() as session:
        found, row = locked(session, handover)
        name = f"staff:{staff}:{client_id}"
        known = session.scalar(sa.select(Message).where(Message.conversation_id == row.id, Message.client_id == name))
        if known is not None:
            return store.shown(known) | {"client_id": client_id}
        if found.staff_id != staff or found.state != ACTIVE:
            raise Refused(409, "moved_on")
        found.answered_at = found.answered_at or utc_now()
        line = store.add_line(session, row, Said("agent", text, card=card, staff=staff), client_id=name)
        return line | {"client_id": client_id}


def read(handover: int, staff: int, seq: int) -> None:
    """The agent has seen the transcript up to a seq."""
    with transaction() as session:
        found, row = own(session, handover, staff, (OFFERED, ACTIVE))
        found.read_seq = max(found.read_seq, min(seq, row.last_seq))


def transfer(handover: int, staff: int, words: str, *, to: int | None = None, group: str | None = None) -> None:
    """Passes a chat on, to an agent or to a skill group, with a note for who takes it."""
    with transaction() as session:
        found, row = own(session, handover, staff)
        known = content("chats")["groups"]
        colleague = session.get(Staff, to) if to is not None and to != staff else None
        if colleague is not None and colleague.active and colleague.groups:
            found.wanted = colleague.id
            # Where the chat finds others when the wanted agent does not take it.
            found.group = found.group if found.group in colleague.groups else colleague.groups[0]
        elif group in known:
            found.group = group
        else:
            raise Refused(422, "transfer_to_nobody")
        move(found, "transferred")
        note(session, found, "transfer", words, staff)
        to_queue(session, found, row)
        # Who passes a chat on is not asked for it again.
        found.passed = {str(staff): iso(utc_now())}
        presence.of(session, staff).idle_since = utc_now()
        whom = sentence("colleague") if found.wanted else known[found.group]
        store.add_lines(session, row, [Said("system", sentence("transferring", whom=whom))])


def to_queue(session: Session, found: Handover, row: Conversation) -> None:
    """The customer waits again, from now, and before others."""
    found.staff_id, found.returned, found.queued_at = None, True, utc_now()
    found.asked_at = None
    store.set_mode(session, row, "queued", None)
    store.tell(session, row, "queue", queue.place_of(session, row.id))


def lost(session: Session, found: Handover, row: Conversation) -> None:
    """The agent's page is gone for too long: others are asked."""
    staff = found.staff_id
    move(found, "lost")
    note(session, found, "event", sentence("note_lost"), staff)
    to_queue(session, found, row)
    store.add_lines(session, row, [Said("system", sentence("agent_lost"))])


def close(handover: int, staff: int, reason: str, result: str, words: str, *, ask: bool = True) -> None:
    """Ends a chat with its wrap-up; the customer is asked for a score, and the bot goes on knowing what was settled."""
    known = content("chats")
    if reason not in known["reasons"] or result not in known["results"]:
        raise Refused(422, "wrap_up_incomplete")
    with transaction() as session:
        found, row = locked(session, handover)
        if found.staff_id == staff and found.closed_at is not None:
            return
        found, row = own(session, handover, staff)
        move(found, "closed")
        found.reason, found.result, found.note, found.closed_at = reason, result, words or None, utc_now()
        settled = {
            "topic": _settles(str(found.context.get("topic") or ""), result),
            "reason": str(known["reasons"][reason]),
            "result": result,
            "number": _made(session, found),
        }
        session.execute(
            sa.update(Proposal)
            .where(Proposal.handover_id == found.id, Proposal.state == "asked")
            .values(state="withdrawn")
            .execution_options(synchronize_session=False)
        )
        presence.of(session, staff).idle_since = utc_now()
        name = session.get(Staff, staff).name
        store.add_lines(session, row, [Said("system", sentence("closed_by_agent", agent=name))])
        store.set_mode(session, row, "bot", None)
        store.add_event_turn(session, row, f"/handover_settled{json.dumps(settled, ensure_ascii=False)}")
        if ask:
            survey.ask(session, row, found)


def _settles(topic: str, result: str) -> str:
    """The topic that a result belongs to: what was ordered is not the closing or the bill that they came for."""
    return topic if result != "order" or heard.requests_order(topic, ()) else ""


def _made(session: Session, found: Handover) -> str:
    """The number of the ticket or order that was made last in this chat, if any."""
    made = session.scalar(
        sa.select(HandoverNote.text)
        .where(HandoverNote.handover_id == found.id, HandoverNote.kind == "made")
        .order_by(HandoverNote.id.desc())
        .limit(1)
    )
    return str(made or "")


def note(
    session: Session, found: Handover, kind: str, words: str, staff: int | None = None, *, also: int | None = None
) -> HandoverNote:
    """Something that staff see in a chat and the customer does not; its agent (or `also`) is told."""
    made = HandoverNote(handover_id=found.id, kind=kind, staff_id=staff, text=words, at=utc_now())
    session.add(made)
    session.flush()
    told = also if also is not None else found.staff_id
    if told is not None:
        row = session.get(Conversation, found.conversation_id)
        store.tell_staff(session, row.id, told, found.id, "note", shown_note(made, name_of(session, staff)))
    return made


def name_of(session: Session, staff: int | None) -> str | None:
    """What somebody is called."""
    return None if staff is None else session.scalar(sa.select(Staff.name).where(Staff.id == staff))


def shown_note(made: HandoverNote, name: str | None) -> Shown:
    """As the contract has it."""
    at: datetime = made.at
    return {"id": made.id, "kind": made.kind, "staff": name, "text": made.text, "at": iso(at)}
