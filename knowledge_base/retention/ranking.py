"""Which offers come first: expected value, and a little room for what is hardly known. Pure, and the same each time."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge_base.content import content
from knowledge_base.retention.offer import Offer
from knowledge_base.retention.segments import Segment

# An agent reads no more while the customer waits.
SHOWN = 3


@dataclass(frozen=True)
class Tally:
    """How often an offer was accepted and declined."""

    accepted: int = 0
    declined: int = 0


# Offer id → segment key → what came of it.
Tallies = Mapping[str, Mapping[str, Tally]]


@dataclass(frozen=True)
class Belief:
    """What is believed of an offer's acceptance: a Beta distribution."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """The probability of a yes."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def deviation(self) -> float:
        """How unsure that is: the standard deviation."""
        total = self.alpha + self.beta
        return math.sqrt(self.alpha * self.beta / (total * total * (total + 1)))


@dataclass(frozen=True)
class Ranked:
    """An offer with the figures of its place. Money in fen, `expected` and `bonus` not rounded: the order goes by them.

    `value` is what a yes keeps, `expected` probability × value − cost, `bonus` what doubt adds; `answers` how many the
    probability rests on in this segment.
    """

    offer: Offer
    probability: float
    value: int
    cost: int
    expected: float
    bonus: float
    answers: int

    @property
    def score(self) -> float:
        """What the order goes by."""
        return self.expected + self.bonus


def rank(offers: Iterable[Offer], segment: Segment, moment: str, tallies: Tallies) -> list[Ranked]:
    """Offers in order, the best first; all of them, also those that cost more than they keep."""
    found = [_ranked(one, segment, moment, tallies.get(one.id, {})) for one in offers]
    return sorted(found, key=lambda one: (-one.score, -one.expected, one.cost, one.offer.id))


def best(ranked: Iterable[Ranked]) -> list[Ranked]:
    """What an agent is shown: at most three, none that costs more than it is expected to keep."""
    return [one for one in ranked if one.expected > 0][:SHOWN]


def belief(offer: Offer, segment: Segment, answers: Mapping[str, Tally]) -> Belief:
    """The prior of the value class, with the segment's own answers, and those of other segments as a few.

    All other segments together weigh `borrowed` answers at most (a power prior), so that a segment's own soon outweigh
    them.
    """
    own = answers.get(segment.key, Tally())
    accepted = sum(tally.accepted for tally in answers.values()) - own.accepted
    declined = sum(tally.declined for tally in answers.values()) - own.declined
    others = accepted + declined
    weight = min(1.0, content("retention")["ranking"]["borrowed"] / others) if others else 0.0
    alpha, beta = offer.prior[segment.value]
    return Belief(alpha + own.accepted + weight * accepted, beta + own.declined + weight * declined)


def value_kept(offer: Offer, segment: Segment, moment: str) -> int:
    """What a yes keeps in fen: monthly spending × share kept × months × margin × risk of losing it otherwise."""
    rules = content("retention")["ranking"]
    risk = rules["at_risk_percent"][moment][segment.churn]
    yearly = segment.spend * offer.keeps_months
    return int(yearly * offer.share_percent * rules["margin_percent"] * risk // 1_000_000)


def bonus(belief: Belief, value: int, expected: float) -> float:
    """What doubt adds: a share of the standard deviation × value, never more than `explore_cap_percent` of `expected`.

    With that cap an offer can overtake another only when that is better by no more than the cap. The share is 1 at
    most and both figures of a belief are 1 at least; so a yes in place of a no never lowers the score.
    """
    rules = content("retention")["ranking"]
    most = max(0.0, expected) * rules["explore_cap_percent"] / 100
    return min(float(rules["explore"]) * belief.deviation * value, most)


def _ranked(offer: Offer, segment: Segment, moment: str, answers: Mapping[str, Tally]) -> Ranked:
    believed = belief(offer, segment, answers)
    value = value_kept(offer, segment, moment)
    expected = believed.mean * value - offer.cost
    own = answers.get(segment.key, Tally())
    return Ranked(
        offer=offer,
        probability=believed.mean,
        value=value,
        cost=offer.cost,
        expected=expected,
        bonus=bonus(believed, value, expected),
        answers=own.accepted + own.declined,
    )
