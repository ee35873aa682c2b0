"""Which offers a line may be made, and which fit. Pure; the words are those of `content/retention.yml`.

The rules that always hold are in `refusal` and at the top of `obstacles`: nothing for who is excluded, nothing unasked
for who wants no offers, nothing after the request for the porting code, to who ports out only what is open to everyone.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from common.money import yuan
from knowledge_base.content import content
from knowledge_base.retention.offer import Offer
from knowledge_base.retention.profile import Profile, Said
from knowledge_base.retention.segments import UNDISTURBED, Segment

# Moments that a customer begins when they have asked (`Said.asked`).
_BEGUN_BY_CUSTOMER = frozenset({"leaving", "port_out", "renewal"})


def refusal(segment: Segment, moment: str, said: Said, *, declined: bool) -> str | None:
    """Why nothing at all is offered, in words for the agent; None when offers may be made.

    `declined` says that an offer was declined in this conversation.
    """
    none = content("retention")["staff"]["none"]
    if excluded := _excluded(segment, moment):
        return str(none["excluded"].format(reasons="、".join(_exclusion(name) for name in excluded)))
    if said.code:
        return str(none["code"])
    if declined:
        return str(none["declined"])
    begun = moment in _BEGUN_BY_CUSTOMER and said.asked
    if UNDISTURBED in segment.exclusions and not begun:
        return str(none["undisturbed"])
    return None


def obstacles(offer: Offer, profile: Profile, segment: Segment, moment: str, said: Said, today: date) -> list[str]:
    """Why an offer cannot be made, in plain words; none when it can.

    What `refusal` tells of all offers is an obstacle to each.
    """
    words = content("retention")["staff"]["obstacles"]
    refused = refusal(segment, moment, said, declined=False)
    if refused is not None:
        return [refused]
    found = [
        words[name].format(**blanks)
        for name, holds, blanks in (
            ("open", not offer.open_to_everyone and (said.porting or moment == "port_out"), {}),
            ("moment", moment not in offer.moments, {"moment": _title("moments", moment)}),
            ("not_begun", today < offer.begins, {"day": offer.begins.isoformat()}),
            ("over", today > offer.until, {"day": offer.until.isoformat()}),
            ("held", bool(offer.marks & profile.held), {}),
            ("debt", _binds(offer) and bool(profile.unpaid), {}),
        )
        if holds
    ]
    if shared := sorted(offer.excludes & profile.held):
        found.append(words["excludes"].format(what="、".join(shared)))
    return found + _unfit(offer, profile, segment, said)


def fits(offer: Offer, profile: Profile, segment: Segment, said: Said) -> list[str]:
    """Why an offer suits, in plain words, the strongest reason first."""
    words = content("retention")["staff"]["fits"]
    wanted = offer.conditions
    drop = content("retention")["churn"]["drop_percent"]
    end = profile.contract_end
    troubles = profile.faults + profile.complaints
    found = {
        "reason": said.reason is not None and said.reason in wanted.reasons,
        "troubled": wanted.troubled and troubles > 0,
        "drop": segment.drop_percent is not None and segment.drop_percent >= drop,
        "ending": segment.bundling == "ending",
        "unbound": segment.bundling == "unbound" and _binds(offer),
        "value": True,
    }
    blanks = {
        "title": _reason(said.reason),
        "count": troubles,
        "percent": segment.drop_percent,
        "end": "" if end is None else f"{end.month}月{end.day}日",
    }
    blanks_of = {"value": {"title": _title("titles", "value", segment.value), "spend": yuan(segment.spend)}}
    return [str(words[name].format(**blanks_of.get(name, blanks))) for name, holds in found.items() if holds]


def _excluded(segment: Segment, moment: str) -> list[str]:
    """The exclusions that leave nothing; a line that has ended is what winning back is about."""
    spared = {UNDISTURBED, "ended"} if moment == "winback" else {UNDISTURBED}
    found = [name for name in segment.exclusions if name not in spared]
    if moment == "winback" and "ended" not in segment.exclusions:
        found.append("not_ended")
    return found


def _unfit(offer: Offer, profile: Profile, segment: Segment, said: Said) -> list[str]:
    """Which of an offer's conditions do not hold."""
    words, wanted = content("retention")["staff"]["obstacles"], offer.conditions
    titled = {
        "values": (wanted.values, segment.value, "value"),
        "churn": (wanted.churn, segment.churn, "churn"),
        "bundling": (wanted.bundling, segment.bundling, "bundling"),
    }
    plain: tuple[tuple[str, Collection[str], str | None], ...] = (
        ("lines", wanted.lines, profile.kind),
        ("customers", wanted.customers, profile.customer_kind),
        ("reasons", wanted.reasons, said.reason),
    )
    ranges = (
        ("fee", wanted.fee, profile.plan_fee),
        ("spend", wanted.spend, segment.spend),
        ("age", wanted.age, profile.age),
        ("speed", wanted.speed, profile.speed_mbps),
    )
    found = [words[name] for name, allowed, value in plain if allowed and value not in allowed]
    found += [
        words[name].format(title=_title("titles", axis, value))
        for name, (allowed, value, axis) in titled.items()
        if allowed and value not in allowed
    ]
    found += [words[name] for name, wide, value in ranges if wide is not None and not wide.holds(value)]
    if wanted.converged is not None and wanted.converged is not profile.converged:
        found.append(words["converged" if wanted.converged else "single"])
    if wanted.troubled and not profile.faults + profile.complaints:
        found.append(words["troubled"])
    return [str(one) for one in found]


def _binds(offer: Offer) -> bool:
    return offer.order is not None and offer.order.contract_months is not None


def _exclusion(name: str) -> str:
    rules = content("retention")
    return str(rules["staff"]["exclusions"][name].format(months=rules["least_months"]))


def _title(*path: str) -> str:
    found: Any = content("retention")["staff"]
    for step in path:
        found = found[step]
    return str(found)


def _reason(reason: str | None) -> str:
    return str(content("leaving")["reasons"].get(reason, {}).get("title", ""))
