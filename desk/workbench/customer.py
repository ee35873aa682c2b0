"""客户全景: the customer of a chat as the operator knows them, masked, each part missing on its own. All block."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bss import balance, billing, customers, interactions, inventory, loyalty, orders, tickets, usage
from bss.errors import BssError, NotFound
from bss.http import turn
from bss.inventory import Line, Subscription
from common.database import reading, transaction
from common.masking import mask_text
from desk.errors import Refused
from desk.handover_models import Handover
from desk.staff import audit
from desk.staff_models import Staff
from desk.workbench import customer_parts as parts
from desk.workbench import goods
from desk.workbench.asking import asking, together
from desk.workbench.kept import Kept
from desk.workbench.subject import Subject, own
from knowledge_base.content import content

logger = logging.getLogger(__name__)

Shown = dict[str, Any]

# All calls of one look together.
SECONDS = 4.0
_KEPT: Kept[Shown] = Kept(30.0)
# Lines that are shown, and of those the ones whose plan is asked for: a company may have hundreds.
MOST_LINES, MOST_PLANS = 20, 8
_TICKETS, _ORDERS, _CONTACTS, _HANDOVERS = 10, 8, 8, 10
REVEALED = ("number", "contact", "name", "address")


def shown(subject: Subject, *, fresh: bool = False) -> Shown:
    """The whole view, at most 30 seconds old unless it is to be `fresh`; what nobody tells is `missing`."""
    known = None if fresh else _KEPT.get(subject.handover)
    return known if known is not None else _KEPT.put(subject.handover, _look(subject))


def changed(handover: int) -> None:
    """Something was ordered or reported in a chat: the next look is a new one."""
    _KEPT.drop(handover)


def _look(subject: Subject) -> Shown:
    with reading() as session:
        before = handovers(session, subject)
    nobody = parts.nobody(subject) | {"handovers": before}
    if subject.number is None:
        return nobody
    with turn(SECONDS, f"customer-{subject.handover}"):
        try:
            line = inventory.line(subject.number)
        except NotFound:
            return nobody
        except BssError as error:
            logger.warning("handover %d: the customer is not known now: %s", subject.handover, type(error).__name__)
            return nobody | {"known": True, "missing": list(parts.PARTS)}
        found = together(_asks(line))
    return nobody | parts.told(line, found) | {"known": True}


def _asks(line: Line) -> dict[str, Callable[[], Any]]:
    """What is asked for a line, by the name of the part."""
    asks: dict[str, Callable[[], Any]] = {
        "customer": partial(customers.customer, line.customer),
        "lines": partial(_lines, line),
        "balance": partial(balance.balance, line.number),
        "points": partial(loyalty.lots, line.customer),
        "bills": partial(billing.bills, line.account),
        "tickets": partial(tickets.tickets, customer=line.customer, limit=_TICKETS),
        "orders": partial(orders.orders, line.customer, _ORDERS),
        "contacts": partial(interactions.interactions, line.customer, _CONTACTS),
        "offerings": goods.offerings,
    }
    if line.kind == "mobile":
        asks["allowances"] = partial(usage.allowances, line.number)
    return asks


def _lines(line: Line) -> list[tuple[Line, Subscription | None]]:
    """The lines that this one may speak for, with the plan of the first; None where there is none, or nobody says."""
    every = inventory.lines(line.customer) if line.speaks_for_all else [line]
    return [(one, _plan(one) if place < MOST_PLANS else None) for place, one in enumerate(every[:MOST_LINES])]


def _plan(line: Line) -> Subscription | None:
    try:
        return next((one for one in inventory.subscriptions(line) if one.kind == "plan"), None)
    except BssError as error:
        logger.warning("a line is shown without its plan: %s", type(error).__name__)
        return None


def handovers(session: Session, subject: Subject) -> list[Shown]:
    """Earlier chats of the same customer with a person, newest first; without a number those of the conversation."""
    same: Any = Handover.conversation_id == subject.conversation
    if subject.number_hash is not None:
        same = sa.or_(same, Handover.number_hash == subject.number_hash)
    rows = session.execute(
        sa.select(Handover, Staff.name)
        .outerjoin(Staff, Staff.id == Handover.staff_id)
        .where(same, Handover.id != subject.handover)
        .order_by(Handover.id.desc())
        .limit(_HANDOVERS)
    )
    return [parts.handover(row, name) for row, name in rows]


def reveal(subject: Subject, what: str, why: str, *, staff: int, sees_all: bool) -> str:
    """One detail in the clear, for the chat's agent or who sees all; noted before it is told. Raises Refused."""
    if subject.number is None:
        raise Refused(404, "not_found", "customer_unknown")
    with transaction() as session:
        own(session, subject.handover, staff=staff, sees_all=sees_all)
        audit.note(session, staff, "reveal", f"handover {subject.handover}", f"{what}: {mask_text(why)}")
    with asking(f"reveal-{subject.handover}", SECONDS, "customer_unknown"):
        found = _IN_THE_CLEAR[what](subject.number)
    if not found:
        raise Refused(404, "not_found", "detail_unknown", what=content("workbench")["details"][what])
    return found


def _contact(number: str) -> str | None:
    line = inventory.line(number)
    return line.contact or customers.customer(line.customer).phone or number


def _name(number: str) -> str:
    return customers.customer(inventory.line(number).customer).name


def _address(number: str) -> str | None:
    """The line's own, or that of another line of the customer's: a mobile line is nowhere."""
    line = inventory.line(number)
    others = inventory.lines(line.customer) if line.speaks_for_all else []
    return next((one.address for one in (line, *others) if one.address and one.state != "terminated"), None)


_IN_THE_CLEAR: Mapping[str, Callable[[str], str | None]] = {
    "number": lambda number: number,
    "contact": _contact,
    "name": _name,
    "address": _address,
}
