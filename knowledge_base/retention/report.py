"""How offers do: by offer, segment, agent and month, counted by the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading
from common.times import SHANGHAI, month_bounds, month_of
from knowledge_base.models import OfferOutcome
from knowledge_base.retention.outcomes import ACCEPTED, NOT_OFFERED, counted

# The bounds of a 95 % interval.
_TAILS = (0.025, 0.975)
# Jeffreys' prior: the usual choice for the interval of a rate, fair also near 0 and 1 (Brown, Cai, DasGupta 2001).
_PRIOR = 0.5


@dataclass(frozen=True)
class Row:
    """How an offer did in a segment with an agent in a month (YYYY-MM, Shanghai's).

    `offered` was made, thus accepted or declined; `rate` accepted of offered, `low` and `high` the bounds of its 95 %
    interval; `cost` of what was accepted in fen. `staff_id` is None for what the bot offered.
    """

    month: str
    offer: str
    segment: str
    staff_id: int | None
    offered: int
    accepted: int
    declined: int
    rate: float
    low: float
    high: float
    cost: int


def report(since: datetime, until: datetime) -> list[Row]:
    """How offers did that were made from `since` until before `until` (aware times), by month, offer, segment, agent.

    One row a group; the database counts, so memory does not grow with the outcomes. Raises ValueError for naive times.
    """
    with reading() as session:
        return [row for month, start, end in _months(since, until) for row in _month(session, month, start, end)]


def _months(since: datetime, until: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """The months between two times, with the part of each that lies between them."""
    if since.tzinfo is None or until.tzinfo is None:
        raise ValueError("a report needs aware times")
    first = since.astimezone(SHANGHAI).date()
    offset, start = 0, since
    while start < until:
        month = month_of(first, offset)
        end = min(month_bounds(month)[1], until)
        yield month, start, end
        offset, start = offset + 1, end


def _month(session: Session, month: str, start: datetime, end: datetime) -> Iterator[Row]:
    group = (OfferOutcome.offer, OfferOutcome.segment, OfferOutcome.staff_id)
    cost = sa.func.sum(sa.case((OfferOutcome.outcome == ACCEPTED, OfferOutcome.cost), else_=0)).label("cost")
    rows = session.execute(
        sa.select(*group, *counted(), cost)
        .where(
            OfferOutcome.current.is_(True),
            OfferOutcome.outcome != NOT_OFFERED,
            OfferOutcome.at >= start,
            OfferOutcome.at < end,
        )
        .group_by(*group)
        .order_by(*group)
    )
    for row in rows:
        offered = row.accepted + row.declined
        low, high = interval(row.accepted, row.declined)
        yield Row(
            month=month,
            offer=row.offer,
            segment=row.segment,
            staff_id=row.staff_id,
            offered=offered,
            accepted=row.accepted,
            declined=row.declined,
            rate=row.accepted / offered,
            low=low,
            high=high,
            cost=row.cost,
        )


@lru_cache(maxsize=10_000)
def interval(accepted: int, declined: int) -> tuple[float, float]:
    """Between which rates of acceptance the true one lies with 95 %, by the Beta distribution.

    >>> [round(bound, 2) for bound in interval(8, 2)]
    [0.5, 0.96]
    """
    # Imported here: it takes longer than all the rest, and only a report needs it.
    from scipy.special import betaincinv

    low, high = (float(betaincinv(accepted + _PRIOR, declined + _PRIOR, tail)) for tail in _TAILS)
    # No rate can be ruled out of which nothing else was ever seen.
    return (low if accepted else 0.0), (high if declined else 1.0)
