"""What became of offers: written once, corrected when somebody erred, counted for the next ranking."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import retried, transaction
from common.masking import mask_text
from common.settings import settings
from common.times import utc_now
from knowledge_base.content import content
from knowledge_base.models import OfferOutcome
from knowledge_base.retention.offers import offer
from knowledge_base.retention.profile import MOMENTS
from knowledge_base.retention.ranking import Tallies, Tally

ACCEPTED, DECLINED, NOT_OFFERED = "accepted", "declined", "not_offered"
OUTCOMES = (ACCEPTED, DECLINED, NOT_OFFERED)
# For how long a process ranks by what it has counted, unless it records something itself.
_FRESH_SECONDS = 10


@dataclass(frozen=True)
class Outcome:
    """What became of an offer that was suggested in a conversation.

    `outcome` is accepted, declined or not_offered (the agent did not make it); `customer` and `line` are the operator's
    ids, `segment` the `Segment.key` of the suggestion, `rank` its place, from 1. `reason` is why, in words;
    `order_receipt` the outbox's receipt number of what was ordered. `staff_id` is None where the bot made it.
    """

    conversation_id: str
    customer: str
    line: str
    offer: str
    segment: str
    moment: str
    outcome: str
    handover_id: int | None = None
    staff_id: int | None = None
    reason: str | None = None
    order_receipt: str | None = None
    rank: int | None = None


def record(outcome: Outcome, *, key: str) -> None:
    """Writes down what became of an offer, in a transaction of its own; the same key again does nothing.

    Another key for the same offer in the same conversation corrects what was recorded: only the last counts. Numbers in
    `reason` are masked. Raises KeyError for an unknown offer, ValueError for an unknown moment or outcome.
    """
    cost = offer(outcome.offer).cost
    if outcome.moment not in MOMENTS or outcome.outcome not in OUTCOMES:
        raise ValueError(f"no moment or outcome: {outcome.moment}, {outcome.outcome}")
    _write(outcome, key, cost)
    _tallies.cache_clear()


@retried
def _write(outcome: Outcome, key: str, cost: int) -> None:
    with transaction() as session:
        if session.scalar(sa.select(OfferOutcome.id).where(OfferOutcome.key == key)) is not None:
            return
        session.execute(
            sa.update(OfferOutcome)
            .where(
                OfferOutcome.conversation_id == outcome.conversation_id,
                OfferOutcome.offer == outcome.offer,
                OfferOutcome.current.is_(True),
            )
            .values(current=False)
            .execution_options(synchronize_session=False)
        )
        values = vars(outcome) | {"reason": None if outcome.reason is None else mask_text(outcome.reason)}
        session.add(OfferOutcome(key=key, cost=cost, **values))


def declined(conversation: str) -> bool:
    """Whether an offer was declined in a conversation: then nothing more is offered there."""
    return DECLINED in answers(conversation).values()


def answers(conversation: str) -> dict[str, str]:
    """What became of the offers of a conversation, by offer."""
    with transaction() as session:
        rows = session.execute(
            sa.select(OfferOutcome.offer, OfferOutcome.outcome).where(
                OfferOutcome.conversation_id == conversation, OfferOutcome.current.is_(True)
            )
        )
        return {row.offer: row.outcome for row in rows}


def posteriors(session: Session, now: datetime | None = None) -> dict[str, dict[str, Tally]]:
    """How often each offer was accepted and declined in each segment (offer → key), of late (`remember_days`).

    What the ranking learns from: `ranking.rank`. An offer that was not made counts for nothing.
    """
    since = (now or utc_now()) - timedelta(days=content("retention")["ranking"]["remember_days"])
    rows = session.execute(
        sa.select(OfferOutcome.offer, OfferOutcome.segment, *counted())
        .where(OfferOutcome.current.is_(True), OfferOutcome.at >= since, OfferOutcome.outcome != NOT_OFFERED)
        .group_by(OfferOutcome.offer, OfferOutcome.segment)
    )
    found: dict[str, dict[str, Tally]] = {}
    for row in rows:
        found.setdefault(row.offer, {})[row.segment] = Tally(row.accepted, row.declined)
    return found


def tallies() -> Tallies:
    """`posteriors`, as they were some seconds ago at most: every suggestion needs them, and a year's are counted."""
    return _tallies(settings().database_url, int(time.monotonic() // _FRESH_SECONDS))


@lru_cache(maxsize=1)
def _tallies(_database: str, _time: int) -> Tallies:
    with transaction() as session:
        return posteriors(session)


def counted() -> tuple[sa.sql.ColumnElement, sa.sql.ColumnElement]:
    """Columns `accepted` and `declined`: how many rows of a group are so."""
    return tuple(
        sa.func.sum(sa.case((OfferOutcome.outcome == outcome, 1), else_=0)).label(outcome)
        for outcome in (ACCEPTED, DECLINED)
    )
