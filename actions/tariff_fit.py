"""What a plan would have cost for what was used. Values in, values out: no operator, no Rasa."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bss.catalogue import Offering
from bss.usage import MonthUsage

MB_PER_GB = 1024
# A saving that is not worth a change: one yuan a month, in fen.
LEAST_SAVING = 100


@dataclass(frozen=True)
class Fit:
    """A plan and the mean of what its months would have cost, in fen: its fee, the packs', and what lies beyond."""

    plan: Offering
    cost: int


def month_cost(plan: Offering, packs: Sequence[Offering], used: MonthUsage) -> int | None:
    """What a month would have cost in fen with a plan and the packs beside it.

    Data is charged by the MB and calls by the minute beyond what all together allow, a started fen in full. None where
    something lies beyond and the operator does not say what that costs.
    """
    all_of = [plan, *packs]
    data = max(0, used.data_mb - sum(one.data_mb for one in all_of))
    voice = max(0, used.voice_minutes - sum(one.voice_minutes for one in all_of))
    if (data and plan.data_gb_fee is None) or (voice and plan.voice_minute_fee is None):
        return None
    beyond = -(-data * (plan.data_gb_fee or 0) // MB_PER_GB) + voice * (plan.voice_minute_fee or 0)
    return sum(one.fee for one in all_of) + beyond


def fit(plan: Offering, packs: Sequence[Offering], months: Sequence[MonthUsage]) -> Fit | None:
    """The mean over the months, rounded to a fen; None without months, or where a month's cost is not known."""
    costs = [month_cost(plan, packs, used) for used in months]
    known = [cost for cost in costs if cost is not None]
    if not months or len(known) < len(months):
        return None
    return Fit(plan, round(sum(known) / len(known)))


def better(
    present: Fit, plans: Iterable[Offering], packs: Sequence[Offering], months: Sequence[MonthUsage]
) -> list[Fit]:
    """The plans that would have cost less than the present one, by a yuan a month at least, the cheapest first.

    Of two that would have cost the same, the one that allows more data stands first.
    """
    fits = [found for plan in plans if (found := fit(plan, packs, months)) is not None]
    cheaper = [found for found in fits if present.cost - found.cost >= LEAST_SAVING]
    return sorted(cheaper, key=lambda found: (found.cost, -found.plan.data_mb, found.plan.id))


def together(histories: Iterable[Sequence[MonthUsage]]) -> list[MonthUsage]:
    """What several numbers that share a plan used, month by month, the newest first; months that all of them have."""
    by_month = [{used.month: used for used in history} for history in histories]
    if not by_month:
        return []
    shared = set.intersection(*(set(months) for months in by_month))
    return [
        MonthUsage(
            month,
            sum(months[month].data_mb for months in by_month),
            sum(months[month].voice_minutes for months in by_month),
            sum(months[month].sms for months in by_month),
        )
        for month in sorted(shared, reverse=True)
    ]
