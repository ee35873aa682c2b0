"""Which segment a line belongs to. Pure; every threshold is in `content/retention.yml`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.times import month_of
from knowledge_base.content import content
from knowledge_base.retention.profile import Profile

VALUES = ("high", "middle", "low")
CHURN = ("high", "middle", "low")
BUNDLING = ("unbound", "ending", "bound")
# How many months a fall is measured against.
BEFORE = 3
# The one exclusion that leaves what the customer asks for: all others leave nothing.
UNDISTURBED = "do_not_disturb"


@dataclass(frozen=True)
class Segment:
    """Where a line stands.

    `value` and `churn` are high, middle or low; `bundling` is unbound, ending or bound; `tier` H1 to H3, `itv` I1 (with
    television) or I2 and `mobile_added` are for broadband lines, None for others. `exclusions` names why nothing, or
    nothing unasked, is offered (`staff.exclusions` of the content). `drop_percent` is the larger fall of spending and
    minutes, None where too little is known. `spend` is what a month brings in fen.
    """

    value: str
    churn: str
    bundling: str
    kind: str
    tier: str | None
    itv: str | None
    mobile_added: bool | None
    exclusions: tuple[str, ...]
    drop_percent: int | None
    spend: int

    @property
    def key(self) -> str:
        """Under which what came of offers is counted: coarse, so that there are answers to count."""
        return f"{self.value}.{self.churn}.{self.bundling}.{self.kind}"


def segment(profile: Profile, today: date) -> Segment:
    """The segment of a line on a day."""
    rules = content("retention")
    drops = [fall for fall in (drop(profile.spend), drop(profile.minutes)) if fall is not None]
    fallen = max(drops, default=None)
    spend = usual_spend(profile)
    fixed = profile.kind == "broadband"
    return Segment(
        value=_value(profile, spend, rules["value"]),
        churn=_churn(profile, fallen, rules["churn"]["drop_percent"]),
        bundling=bundling(profile.contract_end, today, rules["bundling"]["ending_months"]),
        kind=profile.kind or "unknown",
        tier=_tier(profile.speed_mbps, rules["tiers"]) if fixed else None,
        itv=("I1" if profile.itv else "I2") if fixed else None,
        mobile_added=profile.mobile_added if fixed else None,
        exclusions=_exclusions(profile, rules["least_months"]),
        drop_percent=fallen,
        spend=spend,
    )


def drop(months: Sequence[int]) -> int | None:
    """By how many whole per cent this month (the first) lies below the mean of the three before it; negative above.

    None with fewer than four months, or when nothing was there before.

    >>> drop((70, 100, 100, 100)), drop((71, 100, 100, 100)), drop((5, 10))
    (30, 29, None)
    """
    before = sum(months[1 : 1 + BEFORE])
    if len(months) <= BEFORE or before <= 0:
        return None
    # Rounded down, so that 29.9 % is not 30.
    return (before - months[0] * BEFORE) * 100 // before


def usual_spend(profile: Profile) -> int:
    """What a month brings in fen: the mean of the months before this one, else this one's, else the plan's fee."""
    before = profile.spend[1 : 1 + BEFORE] or profile.spend
    return sum(before) // len(before) if before else profile.plan_fee or 0


def bundling(contract_end: date | None, today: date, ending_months: int) -> str:
    """Unbound without a contract or after it, ending within so many calendar months, else bound."""
    if contract_end is None or contract_end < today:
        return "unbound"
    limit = (month_of(today, ending_months), today.day)
    return "ending" if (f"{contract_end:%Y-%m}", contract_end.day) <= limit else "bound"


def _value(profile: Profile, spend: int, rules: Any) -> str:
    own = rules["enterprise" if profile.customer_kind == "enterprise" else "individual"]
    for name in ("high", "middle"):
        if spend >= own[name]["spend"] or profile.level in own[name]["levels"]:
            return name
    return "low"


def _churn(profile: Profile, fallen: int | None, limit: int) -> str:
    if fallen is not None and fallen >= limit:
        return "high"
    return "low" if profile.corporate_paid or profile.converged else "middle"


def _tier(speed: int | None, tiers: Any) -> str | None:
    if speed is None:
        return None
    return next(str(tier["name"]) for tier in tiers if speed <= tier.get("up_to", speed))


def _exclusions(profile: Profile, least_months: int) -> tuple[str, ...]:
    """Why nothing is offered. What is not known counts as if it held: nobody is bothered by mistake."""
    unknown = None in (profile.staff_line, profile.leased_line, profile.listed)
    there = {
        "staff_line": profile.staff_line,
        "leased_line": profile.leased_line,
        "ended": profile.state == "terminated",
        "not_normal": profile.state not in {"normal", "terminated"},
        "new": profile.tenure_months is None or profile.tenure_months < least_months,
        "black_list": profile.listed == "black",
        "red_list": profile.listed == "red",
        "unknown": unknown,
        UNDISTURBED: profile.do_not_disturb,
    }
    return tuple(name for name, holds in there.items() if holds)
