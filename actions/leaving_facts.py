"""What leaving means for a customer: the way, what stands in it, what goes with it, and the offer that fits. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.reading import Option
from bss.customers import Customer
from bss.inventory import Line
from common.money import yuan
from knowledge_base.content import content

PORT_OUT, CLOSE, DISMANTLE = "port_out", "close", "dismantle"
FIXED = ("broadband", "iptv", "landline")
NO_REASON = "no"


@dataclass(frozen=True)
class Standing:
    """A line that is to be left; `balance` in fen, below zero owed; `others` are the customer's other lines.

    `included` says that it comes with another line's plan, and costs nothing of its own.
    """

    line: Line
    customer: Customer
    balance: int
    points: int
    others: Sequence[Line]
    included: bool


def kind_of(values: Mapping[str, Any]) -> str | None:
    """The kind of line that is meant; None where the sentence names none."""
    intent, named = values.get("intent"), values.get("product_line")
    if intent == "cancel_service_port_out":
        return "mobile"
    if named in FIXED or (named == "mobile" and intent == "cancel_service"):
        return str(named)
    return "broadband" if intent == "cancel_service_broadband" else None


def way_of(values: Mapping[str, Any], kind: str | None) -> str:
    """How a line of this kind is left: port_out, close (at the counter) or dismantle."""
    if values.get("intent") == "cancel_service_port_out":
        return PORT_OUT
    return DISMANTLE if kind in FIXED else CLOSE


def asks(words: str, what: str) -> bool:
    """Whether a sentence asks for the `code`, `how` it is done, or for a `check` of the number."""
    return any(part in words.lower() for part in content("leaving")["asks"][what])


def reason_options() -> list[Option]:
    """The reasons, as choices."""
    return [Option(entry["title"], value) for value, entry in content("leaving")["reasons"].items()]


def reason_in(words: str) -> str | None:
    """The reason that a sentence gives in its own words; None when none is known."""
    if words in content("leaving")["reasons"]:
        return words
    known = content("leaving")["reasons"].items()
    return next((value for value, entry in known if any(part in words for part in entry["words"])), None)


def facts(way: str, standing: Standing, today: date) -> str:
    """What stands in the way, in words."""
    line, said = standing.line, content("leaving")["facts"][way]
    new = standing.customer.tenure_months
    days: int = content("leaving")["days_on_network"]
    contract = line.contract_end is not None and line.contract_end >= today
    bound = "contract" if line.early_fee else "contract_free"
    there = {
        "owed": standing.balance < 0,
        bound: contract or line.porting_blocked_by == "contract",
        "stopped": line.state in {"suspended_by_request", "lost"},
        "new": new is not None and new * 30 < days,
    }
    blanks = {
        "owed": yuan(max(0, -standing.balance)),
        "fee": yuan(line.early_fee or 0),
        "end": "" if line.contract_end is None else _day(line.contract_end),
        "days": str(days),
    }
    found = [name for name, holds in there.items() if holds and name in said] or ["none"]
    return "；".join(str(said[name]).format(**blanks) for name in found)


def losses(way: str, standing: Standing, kinds: Mapping[str, str]) -> str:
    """What goes with the line, in words, empty when nothing does; `kinds` are the names of kinds of lines."""
    said = content("leaving")["losses"]
    others = list(dict.fromkeys(kinds[line.kind] for line in standing.others if line.account == standing.line.account))
    if way == DISMANTLE:
        broadband = standing.line.kind == "broadband"
        there = {"included": standing.included, "television": broadband and kinds["iptv"] in others}
    else:
        there = {"points": standing.points > 0, "balance": standing.balance > 0, "others": bool(others)}
    blanks = {"points": str(standing.points), "balance": yuan(standing.balance), "others": "、".join(others)}
    return "；".join(str(said[name]).format(**blanks) for name, holds in there.items() if holds)


def offer_for(
    reason: str, way: str, line: Line, customer: Customer, plan_fee: int, journeys: Collection[str]
) -> dict[str, Any] | None:
    """The one offer of `content/leaving.yml` that fits, None for who is to be left alone.

    `plan_fee` is what the customer's mobile plan costs a month, in fen; `journeys` are those that exist.
    """
    months = customer.tenure_months
    new = months is not None and months < content("leaving")["least_months"]
    if customer.do_not_disturb or customer.kind == "enterprise" or line.state != "normal" or new:
        return None
    for offer in content("leaving")["offers"]:
        fits = offer["reason"] == reason and way in offer["ways"] and line.kind in offer.get("kinds", (line.kind,))
        if fits and plan_fee > offer.get("above", -1) and offer["journey"] in journeys:
            return dict(offer)
    return None


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
