"""挽留: what may be offered to the customer of a chat now, what they said to it, and what follows. All block."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from bss import recommendation
from bss.inventory import Line
from bss.recommendation import Recommendation
from bss.tickets import NewTicket
from common.database import reading
from common.masking import mask_number
from common.times import shanghai_today
from desk import proposals
from desk.errors import Refused, sentence
from desk.proposals import Put
from desk.workbench import heard, terms
from desk.workbench.asking import asking, together
from desk.workbench.ordering import submit
from desk.workbench.subject import Subject, lines_of, meant, sentences
from knowledge_base.content import content, intent_title
from knowledge_base.models import OfferOutcome
from knowledge_base.retention import outcomes
from knowledge_base.retention.gather import profile_of
from knowledge_base.retention.outcomes import ACCEPTED, DECLINED, Outcome, record
from knowledge_base.retention.profile import Said
from knowledge_base.retention.segments import bundling
from knowledge_base.retention.suggest import Suggestion, Suggestions, Trait, suggest, suggestions

Shown = dict[str, Any]

# Several calls one after the other; the customer is not kept waiting by them.
SECONDS = 6.0


@dataclass(frozen=True)
class Talk:
    """What is known before anything is suggested. `moment` is None when there is no occasion to offer anything.

    `leaves`: the customer has spoken of leaving, whatever the agent takes the talk for.
    """

    subject: Subject
    line: Line
    said: Said
    moment: str | None
    leaves: bool


@dataclass(frozen=True)
class Answered:
    """What became of the offers of a chat, and the latest proposal of each, by the offer's id."""

    outcomes: dict[str, str]
    proposals: dict[str, Shown]


def shown(subject: Subject, groups: Collection[str], moment: str | None = None) -> Shown:
    """The offers panel; `groups` are the agent's, `moment` what the agent takes the talk for. Raises Refused."""
    if subject.number is None:
        return _panel("", none_because=sentence("customer_unknown"))
    with _asking(subject):
        talk = _talk(subject, groups, moment)
        found = together(
            {
                "offers": partial(_suggest, talk),
                "recommendations": partial(recommendation.recommendations, talk.line.customer),
            }
        )
    told = found.get("offers")
    if told is None:
        raise Refused(503, "operator_away")
    if talk.moment is None:
        return _panel(
            "",
            segment=[_trait(one) for one in told.traits],
            none_because=_hard(told) or sentence("offers_no_moment"),
            recommendations=_recommended(told, found.get("recommendations")),
        )
    offered = _of_chat(subject)
    return _panel(
        told.moment,
        segment=[_trait(one) for one in told.traits],
        offers=[_offer(one, offered) for one in told.offers],
        none_because=told.none_because,
        caution=told.caution,
        rejected=[{"title": one.title, "why": list(one.reasons)} for one in told.rejected],
        recommendations=_recommended(told, found.get("recommendations")),
    )


def proposal(subject: Subject, groups: Collection[str], offer: str, staff: int, moment: str | None = None) -> Put:
    """An offer, as it may be put to the customer. Raises Refused when it may not."""
    talk, told = _told(subject, groups, moment, _suggest)
    found = _among(told, offer)
    if found.order is None:
        raise Refused(409, "offer_no_order")
    return terms.of_offer(found, mask_number(talk.line.number), _values(talk, told, found, staff), once=talk.leaves)


def answered(
    subject: Subject, groups: Collection[str], offer: str, outcome: str, reason: str, staff: int,
    moment: str | None = None,
) -> Shown:  # fmt: skip
    """Writes down what became of an offer, by hand, and returns it; a yes to one without an order has somebody ring.

    Raises Refused: what an order follows is accepted by the customer's own press, and after a no nothing else is open.
    """
    reasons = content("chats")["decline_reasons"]
    if outcome == DECLINED and reason not in reasons:
        raise Refused(422, "decline_reason_needed")
    talk, told = _told(subject, groups, moment, _suggest_anew)
    found = _among(told, offer)
    before = outcomes.answers(subject.conversation)
    if offer not in before and DECLINED in before.values():
        raise Refused(409, "offer_closed")
    if found.order is not None and before.get(offer) == ACCEPTED:
        raise Refused(409, "offer_by_press")
    receipt = None
    if outcome == ACCEPTED:
        if found.order is not None:
            raise Refused(409, "offer_by_press")
        receipt = _call_back(talk, found, staff)
    if before.get(offer) != outcome or outcome == DECLINED:
        words = reasons.get(reason) if outcome == DECLINED else None
        values = _values(talk, told, found, staff)
        record(Outcome(**values, outcome=outcome, reason=words, order_receipt=receipt), key=_key(subject, offer))
    return _offer(found, _of_chat(subject))


def _told(
    subject: Subject, groups: Collection[str], moment: str | None, ask: Callable[[Talk], Suggestions]
) -> tuple[Talk, Suggestions]:
    if subject.number is None:
        raise Refused(409, "customer_unknown")
    with _asking(subject):
        talk = _talk(subject, groups, moment)
        if talk.moment is None:
            raise Refused(409, "offer_closed")
        return talk, ask(talk)


def _asking(subject: Subject) -> AbstractContextManager[None]:
    return asking(f"offers-{subject.handover}", SECONDS)


def _talk(subject: Subject, groups: Collection[str], wanted: str | None) -> Talk:
    """Reads the conversation. Raises Refused for a moment that the customer has given no reason for."""
    line = meant(subject, lines_of(str(subject.number)))
    spoken = sentences(subject, heard.LATEST)
    what = heard.said(subject.topic, subject.context.get("journey") or {}, spoken)
    months = content("retention")["bundling"]["ending_months"]
    ending = bundling(line.contract_end, shanghai_today(), months) == "ending"
    ended = line.state == "terminated"
    found = heard.moments(subject.topic, what, spoken, ending=ending, ended=ended, groups=groups)
    if wanted is not None and wanted not in found:
        raise Refused(422, "moment_unfit")
    leaves = not {heard.LEAVING, heard.PORT_OUT}.isdisjoint(found)
    return Talk(subject, line, what, wanted or next(iter(found), None), leaves)


def _suggest(talk: Talk) -> Suggestions:
    """By all the rules; without a moment the segment alone matters."""
    moment = talk.moment or heard.WARNING
    return suggest(talk.line.number, moment, talk.said, conversation=talk.subject.conversation)


def _suggest_anew(talk: Talk) -> Suggestions:
    """As if nothing had been answered yet, so that an answer can be written down and corrected."""
    moment = talk.moment or heard.WARNING
    profile = profile_of(talk.line.number)
    return suggestions(profile, moment, talk.said, declined=False, known=outcomes.tallies(), today=shanghai_today())


def _among(told: Suggestions, offer: str) -> Suggestion:
    found = next((one for one in told.offers if one.offer == offer), None)
    if found is None:
        raise Refused(409, "offer_closed")
    return found


def _values(talk: Talk, told: Suggestions, found: Suggestion, staff: int) -> dict[str, Any]:
    """What an outcome of an offer is recorded with, but for what is only known with the answer."""
    return {
        "conversation_id": talk.subject.conversation,
        "customer": told.customer,
        "line": told.line,
        "offer": found.offer,
        "segment": told.segment,
        "moment": told.moment,
        "handover_id": talk.subject.handover,
        "staff_id": staff,
        "rank": found.rank,
    }


def _key(subject: Subject, offer: str) -> str:
    """Another for each correction; the same for two who press at once."""
    with reading() as session:
        count = session.scalar(
            sa.select(sa.func.count())
            .select_from(OfferOutcome)
            .where(OfferOutcome.conversation_id == subject.conversation, OfferOutcome.offer == offer)
        )
    return f"chat:{subject.handover}:{offer}:{count}"


def _call_back(talk: Talk, found: Suggestion, staff: int) -> str:
    """Has somebody ring the customer about an offer; the receipt's number."""
    request = NewTicket(
        kind="callback",
        title=str(intent_title("human_agent_callback")),
        description=found.title,
        severity="minor",
        customer=talk.line.customer,
        line=talk.line.id,
        facts={
            "reason": "retention",
            "contact": talk.line.contact or talk.line.number,
            "group": "retention",
            "topic": found.title,
        },
    )
    receipt = submit(request, f"chat:{talk.subject.handover}:offer:{found.offer}", talk.subject, staff)
    return receipt.number


def _of_chat(subject: Subject) -> Answered:
    with reading() as session:
        made = proposals.of(session, subject.handover)
    # The newest of each offer.
    return Answered(
        outcomes.answers(subject.conversation), {one["offer"]: one for one in reversed(made) if one["offer"]}
    )


def _hard(told: Suggestions) -> str | None:
    """Why nothing at all may be offered, None when it may."""
    nothing = str(content("retention")["staff"]["none"]["nothing"])
    return None if told.none_because == nothing else told.none_because


def _recommended(told: Suggestions, found: Sequence[Recommendation] | None) -> list[Shown]:
    """What the operator would sell; not to somebody to whom nothing may be offered."""
    if _hard(told) is not None:
        return []
    return [
        {"offering": one.offering, "name": one.name, "fee": one.fee, "description": one.description}
        for one in found or ()
    ]


def _trait(one: Trait) -> Shown:
    return {"name": one.axis, "value": one.title}


def _panel(moment: str, **parts: Any) -> Shown:
    empty: Shown = {
        "segment": [],
        "offers": [],
        "none_because": None,
        "caution": None,
        "rejected": [],
        "recommendations": [],
    }
    return {"moment": moment} | empty | parts


def _offer(one: Suggestion, of_chat: Answered) -> Shown:
    why = one.explanation
    return {
        "id": one.offer,
        "title": one.title,
        "kind": one.kind,
        "benefit": one.benefit,
        "reason": one.reason,
        "cost": one.cost,
        "months": one.months,
        "price": one.price,
        "script": one.script,
        "objections": [{"says": "、".join(each.words), "answer": each.answer} for each in one.objections],
        "explanation": {
            "probability": why.probability,
            "value_kept": why.value,
            "cost": why.cost,
            "bonus": why.bonus,
            "expected": why.expected,
            "answers": why.answers,
            "text": why.text,
        },
        "orderable": one.order is not None,
        "callback": one.callback,
        "outcome": of_chat.outcomes.get(one.offer),
        "proposal": of_chat.proposals.get(one.offer),
    }
