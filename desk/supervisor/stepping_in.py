"""What a supervisor does in the work of others: whisper, take over, assign, hurry, set a presence. All functions block.

Each raises Refused, and writes down who did it in the transaction that does it.
"""

from typing import Any

from common.database import reading, transaction
from common.times import utc_now
from desk import queue
from desk.errors import Refused
from desk.handover_states import ACTIVE, OFFERED, QUEUED, WAITING
from desk.staff import audit
from desk.staff.demo import may_work
from desk.staff_models import Presence, Staff
from desk.supervisor.board import SERVES
from desk.workbench import cards, chats, presence

Shown = dict[str, Any]


def whisper(handover: int, me: int, text: str) -> Shown:
    """Says something to a chat's agent that the customer never sees."""
    with transaction() as session:
        found, _ = chats.locked(session, handover)
        if found.state != ACTIVE:
            raise Refused(409, "moved_on")
        made = chats.note(session, found, "whisper", text, me)
        audit.note(session, me, "whisper", subject(handover))
        return chats.shown_note(made, chats.name_of(session, me))


def take_over(handover: int, me: int, words: str) -> tuple[Shown, int | None]:
    """Takes a chat; it as a whole, and whose it was."""
    before = chats.take_over(handover, me, words)
    with reading() as session:
        return cards.whole(session, handover, staff=me, sees_all=True), before


def assign(handover: int, me: int, staff: int) -> None:
    """Offers who waits to an agent, of any skill group, who is there and has room; once is enough."""
    with transaction() as session:
        found, _ = chats.locked(session, handover)
        if found.state == OFFERED and found.staff_id == staff:
            return
        if found.state != QUEUED:
            raise Refused(409, "moved_on")
        there = presence.of(session, serving(session, staff).id)
        account = session.get(Staff, staff)
        if there.state not in (presence.READY, presence.BUSY) or not presence.connected(there):
            raise Refused(409, "assign_absent", agent=account.name)
        if chats.chats_of(session, staff) >= account.ceiling:
            raise Refused(409, "assign_ceiling", agent=account.name, ceiling=account.ceiling)
        chats.move(found, "offered")
        now = utc_now()
        found.staff_id, found.offered_until = staff, now + queue.seconds("accept")
        there.idle_since = now
        audit.note(session, me, "assign", subject(handover), account.login)


def prioritise(handover: int, me: int, *, urgent: bool) -> None:
    """Has who waits served sooner, or as everybody."""
    with transaction() as session:
        found, _ = chats.locked(session, handover)
        if found.state not in WAITING:
            raise Refused(409, "moved_on")
        if found.urgent != urgent:
            found.urgent = urgent
            audit.note(session, me, "priority", subject(handover), "urgent" if urgent else "normal")


def set_presence(staff: int, me: int, state: str) -> Shown:
    """Puts an agent into a state; without an open page only offline is one."""
    with transaction() as session:
        account = serving(session, staff)
        there = session.get(Presence, staff)
        if state != presence.OFFLINE and not (there and presence.connected(there)):
            raise Refused(409, "presence_absent", agent=account.name)
        row = presence.enter(session, staff, state)
        audit.note(session, me, "presence_set", account.login, state)
        return presence.shown(row)


def serving(session: Any, staff: int) -> Staff:
    """The account of somebody who serves customers. Raises Refused."""
    account = session.get(Staff, staff)
    if account is None or account.role not in SERVES or not may_work(account):
        raise Refused(404, "not_found", "person_unknown")
    return account


def subject(handover: int) -> str:
    """How the record of what was done names a chat."""
    return f"handover {handover}"
