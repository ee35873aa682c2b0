"""Looks up who waits: level, age and earlier contacts move a customer up. Blocks; the queue never waits for it."""

import logging
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from bss.customers import customer
from bss.errors import BssError
from bss.http import turn
from bss.inventory import line
from common.database import reading, transaction
from common.masking import mask_name
from common.times import utc_now
from desk import routing
from desk.handover import number_of, served_of_late
from desk.handover_models import Handover
from desk.handover_states import ACTIVE, WAITING
from knowledge_base.content import content

logger = logging.getLogger(__name__)

SECONDS = 4.0
_OPEN = (*WAITING, ACTIVE)
# Later looks at what an operator that was down did not tell.
_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Due:
    """A handover whose customer has not been looked up."""

    handover: int
    number: str


def due(limit: int = 8) -> list[Due]:
    """Whom to look up next, the newest first: they may be served any moment."""
    with reading() as session:
        rows = session.execute(
            sa.select(Handover.id, Handover.number)
            .where(Handover.state.in_(_OPEN), ~Handover.enriched, Handover.created_at > utc_now() - _AGAIN)
            .order_by(Handover.id.desc())
            .limit(limit)
        ).all()
    return [Due(handover, number) for handover, sealed in rows if (number := number_of(sealed))]


def look_up(one: Due) -> bool:
    """Writes down what the operator says of a customer; False when it does not answer."""
    try:
        with turn(SECONDS, f"handover-{one.handover}"):
            found = customer(line(one.number).customer)
    except BssError as error:
        logger.warning("handover %d: the customer is not known yet: %s", one.handover, type(error).__name__)
        return False
    known = content("routing")
    with transaction() as session:
        row = session.get(Handover, one.handover, with_for_update=True)
        row.customer, row.name_mask = found.id, mask_name(found.name)
        row.level, row.level_words = routing.rank(found.level, known["levels"]), found.level
        row.elderly = routing.elderly(found.age, int(known["elderly_age"]))
        theirs = sa.or_(
            Handover.customer == found.id,
            Handover.number_hash == row.number_hash,
            Handover.conversation_id == row.conversation_id,
        )
        row.repeats = served_of_late(session, sa.and_(Handover.id != row.id, theirs))
        row.enriched = True
    return True
