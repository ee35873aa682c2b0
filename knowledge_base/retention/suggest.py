"""What an agent is suggested to offer: the line is looked up, its segment found, offers matched and ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from string import Formatter

from bss.orders import NewOrder
from common.money import yuan
from common.times import shanghai_today
from knowledge_base.content import content
from knowledge_base.retention import eligibility
from knowledge_base.retention.gather import profile_of
from knowledge_base.retention.offer import Offer
from knowledge_base.retention.offers import offers
from knowledge_base.retention.outcomes import ACCEPTED, DECLINED, answers, tallies
from knowledge_base.retention.profile import MOMENTS, Profile, Said
from knowledge_base.retention.ranking import Ranked, Tallies, best, rank
from knowledge_base.retention.segments import Segment, segment


@dataclass(frozen=True)
class Trait:
    """One axis of the segment in words: 价值, 高价值."""

    axis: str
    title: str


@dataclass(frozen=True)
class Explanation:
    """Why an offer has its place: `probability` of a yes (0 to 1), then fen; `answers` counted so far in this segment.

    `expected` is probability × value − cost, `bonus` what is added for what is hardly known; `text` says it in words.
    """

    probability: float
    value: int
    cost: int
    expected: int
    bonus: int
    answers: int
    text: str


@dataclass(frozen=True)
class Answer:
    """What a customer may say against it, by words, and what to answer."""

    words: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Suggestion:
    """An offer to make. `cost` is the operator's, in fen, `price` the customer's, in words; `months` of the benefit.

    `script` is what to say, with the customer's own figures. A yes is followed by `order`, submitted through
    `bss.outbox`, or, with `callback`, by a ticket for somebody who rings back. `rank` counts from 1.
    """

    offer: str
    rank: int
    kind: str
    title: str
    reason: str
    benefit: str
    price: str
    cost: int
    months: int
    script: str
    objections: tuple[Answer, ...]
    explanation: Explanation
    order: NewOrder | None
    callback: bool


@dataclass(frozen=True)
class Rejected:
    """An offer that is not suggested, and why."""

    offer: str
    title: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Suggestions:
    """What to offer to a line now, three at most; `none_because` says why there is nothing, and is None otherwise.

    `customer`, `line`, `segment` (the key) and `moment` go into the `Outcome` of each. `caution` is what the agent must
    keep to with somebody who wants to leave, None else.
    """

    customer: str
    line: str
    moment: str
    segment: str
    traits: tuple[Trait, ...]
    offers: tuple[Suggestion, ...]
    none_because: str | None
    caution: str | None
    rejected: tuple[Rejected, ...]


def suggest(number: str, moment: str, said: Said, *, conversation: str) -> Suggestions:
    """What to offer to the line with a number, at a moment, after what was said and answered in a conversation.

    Blocks: it asks the operator (some seven calls within the turn's deadline) and the database. Raises NotFound for a
    number of nobody, Unavailable, ContractBroken, and ValueError for an unknown moment.
    """
    if moment not in MOMENTS:
        raise ValueError(f"no moment: {moment}")
    answered = answers(conversation)
    taken = frozenset(name for name, outcome in answered.items() if outcome == ACCEPTED)
    profile = profile_of(number)
    return suggestions(
        replace(profile, held=profile.held | taken),
        moment,
        said,
        declined=DECLINED in answered.values(),
        known=tallies(),
        today=shanghai_today(),
    )


def suggestions(
    profile: Profile, moment: str, said: Said, *, declined: bool, known: Tallies, today: date
) -> Suggestions:
    """The same without looking anything up: pure."""
    here = segment(profile, today)
    refused = eligibility.refusal(here, moment, said, declined=declined)
    why_not = {
        one.id: [refused] if refused else eligibility.obstacles(one, profile, here, moment, said, today)
        for one in offers()
    }
    ranked = rank([one for one in offers() if not why_not[one.id]], here, moment, known)
    shown = best(ranked)
    words = content("retention")["staff"]
    for one in ranked:
        if one not in shown:
            why_not[one.offer.id] = [words["obstacles"]["place" if one.expected > 0 else "worth"]]
    return Suggestions(
        customer=profile.customer,
        line=profile.line,
        moment=moment,
        segment=here.key,
        traits=traits(here),
        offers=tuple(_suggestion(one, place, profile, here, said, today) for place, one in enumerate(shown, start=1)),
        none_because=None if shown else refused or str(words["none"]["nothing"]),
        caution=_caution(moment, said),
        rejected=tuple(Rejected(one.id, one.title, tuple(why_not[one.id])) for one in offers() if why_not[one.id]),
    )


def traits(of: Segment) -> tuple[Trait, ...]:
    """A segment in words, axis by axis; what does not apply to the line is left out."""
    words = content("retention")["staff"]
    added = None if of.mobile_added is None else "yes" if of.mobile_added else "no"
    values = {
        "value": of.value,
        "churn": of.churn,
        "bundling": of.bundling,
        "tier": of.tier,
        "itv": of.itv,
        "mobile_added": added,
    }
    return tuple(
        Trait(words["axes"][axis], words["titles"][axis][value]) for axis, value in values.items() if value is not None
    )


def _caution(moment: str, said: Said) -> str | None:
    words = content("retention")["staff"]["caution"]
    if moment == "port_out" or said.porting or said.competitor:
        return str(words["porting"])
    return str(words["leaving"]) if moment == "leaving" else None


def blanks(profile: Profile, of: Segment, today: date) -> dict[str, str]:
    """The customer's own figures for a script; what is not known is not there."""
    end = profile.contract_end
    known = {
        "spend": yuan(of.spend) if profile.spend else None,
        "minutes": str(profile.minutes[0]) if profile.minutes else None,
        "fee": yuan(profile.plan_fee) if profile.plan_fee else None,
        "speed": str(profile.speed_mbps) if profile.speed_mbps else None,
        "end": f"{end.year}年{end.month}月{end.day}日" if end is not None and end >= today else None,
        "drop": str(of.drop_percent) if of.drop_percent is not None and of.drop_percent > 0 else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def filled(script: Sequence[str], figures: Mapping[str, str]) -> str:
    """The sentences of a script whose blanks are all known, filled."""
    return "".join(
        sentence.format(**figures)
        for sentence in script
        if {field for _, field, _, _ in Formatter().parse(sentence) if field is not None} <= figures.keys()
    )


def _suggestion(one: Ranked, place: int, profile: Profile, here: Segment, said: Said, today: date) -> Suggestion:
    offer = one.offer
    return Suggestion(
        offer=offer.id,
        rank=place,
        kind=str(content("retention")["staff"]["kinds"][offer.kind]),
        title=offer.title,
        reason="；".join(eligibility.fits(offer, profile, here, said)),
        benefit=offer.benefit,
        price=offer.price,
        cost=offer.cost,
        months=offer.months,
        script=filled(offer.script, blanks(profile, here, today)),
        objections=tuple(Answer(each.words, each.answer) for each in offer.objections),
        explanation=_explanation(one),
        order=_order(offer, profile),
        callback=offer.callback,
    )


def _explanation(one: Ranked) -> Explanation:
    expected, bonus = round(one.expected), round(one.bonus)
    text = content("retention")["staff"]["explanation"].format(
        percent=round(one.probability * 100),
        answers=one.answers,
        value=yuan(one.value),
        cost=yuan(one.cost),
        expected=yuan(expected),
        bonus=yuan(bonus),
    )
    return Explanation(round(one.probability, 4), one.value, one.cost, expected, bonus, one.answers, str(text))


def _order(offer: Offer, profile: Profile) -> NewOrder | None:
    if offer.order is None:
        return None
    return NewOrder(
        offer.order.action,
        profile.customer,
        profile.line,
        offering=offer.order.offering,
        contract_months=offer.order.contract_months,
    )
