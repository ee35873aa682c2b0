"""Tickets that the product filed, followed to their end: the centre counts what became of them.

A conversation is told of its ticket by `bss.watch`, as long as its customer listens; this goes on after they are gone.
Nothing is kept of what the customer said.
"""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bss import tickets
from bss.errors import BssError, NotFound
from bss.http import turn
from bss.models import FiledTicket
from bss.tickets import NewTicket, Ticket
from bss.watch_states import GONE, is_final
from common.database import transaction
from common.times import utc_now

logger = logging.getLogger(__name__)

LOOK_SECONDS = 8.0
# A look that is under way, or has failed, is not made again before.
AGAIN = timedelta(minutes=5)
# The pause is a tenth of the ticket's age within these bounds.
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=6)
LASTS = timedelta(days=90)
# Under which name the operator notes it (`actions.ticket_after` and whoever investigates).
CAUSE = "rootCause"


def add(session: Session, new: NewTicket, receipt: str, conversation: str | None, now: datetime) -> None:
    """Notes a ticket that is about to be created, in the transaction that writes the request down."""
    session.add(
        FiledTicket(
            receipt=receipt,
            conversation_id=conversation,
            kind=new.kind,
            subject=new.facts.get("type"),
            customer=new.customer,
            line=new.line,
            previous=new.previous,
            expected_at=new.promised,
            created_at=now,
        )
    )


def ended(session: Session, receipt: str, number: str | None) -> None:
    """The request is over: the ticket exists under `number`, or (None) was never made."""
    this = FiledTicket.receipt == receipt
    if number is None:
        session.execute(sa.delete(FiledTicket).where(this))
    else:
        soon = utc_now() + SHORTEST
        session.execute(sa.update(FiledTicket).where(this).values(number=number, next_look_at=soon))


def look() -> bool:
    """Looks at the ticket that has been due longest; False when none is due. The worker's loop."""
    with transaction() as session:
        row = session.scalar(
            sa.select(FiledTicket)
            .where(FiledTicket.next_look_at <= utc_now())
            .order_by(FiledTicket.next_look_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return False
        row.next_look_at = utc_now() + AGAIN
        found, number = row.id, row.number
    try:
        with turn(LOOK_SECONDS, f"filed-{found}"):
            seen = tickets.ticket(number)
    except NotFound:
        seen = None
    except BssError as error:
        logger.warning("ticket %s cannot be looked at: %s", number, error)
        return True
    with transaction() as session:
        _note(session.get(FiledTicket, found, with_for_update=True), seen)
    return True


def _note(row: FiledTicket, seen: Ticket | None) -> None:
    now = utc_now()
    age = now - row.created_at
    if seen is None:
        row.state = GONE
    else:
        row.state, row.expected_at, row.resolved_at = seen.state[:64], seen.expected, seen.resolved
        row.line, row.customer = row.line or seen.line, row.customer or seen.customer
        row.cause = (seen.fact(CAUSE) or "")[:32] or None
    over = is_final("ticket", row.state) or age > LASTS
    row.next_look_at = None if over else now + min(LONGEST, max(SHORTEST, age / 10))
