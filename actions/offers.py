"""What of the catalogue a customer may have, and why not the rest. Pure but for `own`, which looks things up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from actions.journey import option
from actions.reading import Option
from actions.talk import Talk
from bss import customers, inventory
from bss.catalogue import Offering
from bss.customers import Customer
from bss.inventory import Line, Subscription
from knowledge_base.content import content
from language.numerals import NUMERAL, number

# How many of the catalogue are offered at once; "看看别的" shows the next.
SHOWN = 4
MORE = "more"
_NUMERAL = re.compile(NUMERAL)


@dataclass(frozen=True)
class Own:
    """The line that is meant, whose it is, and what is active on it."""

    line: Line
    customer: Customer
    held: tuple[Subscription, ...]

    @property
    def plan(self) -> Subscription | None:
        """The plan, which every line has but one that has just ended."""
        return next((one for one in self.held if one.kind == "plan"), None)

    def holds(self, offering: str) -> Subscription | None:
        """What is active of an offering."""
        return next((one for one in self.held if one.offering == offering), None)


async def own(talk: Talk, kind: str = "mobile") -> Own | None:
    """The verified line, or the customer's main line of the kind when that is of another; None without any."""
    line = await talk.call(inventory.line, talk.number)
    if line.kind != kind:
        meant = [one for one in await talk.call(inventory.lines, line.customer) if one.kind == kind]
        meant = [one for one in meant if one.state != "terminated"]
        if not meant:
            return None
        line = next((one for one in meant if one.main_card), meant[0])
    return await owned(talk, line)


async def owned(talk: Talk, line: Line) -> Own:
    """A line with what is on it. Raises BssError."""
    customer = await talk.call(customers.customer, line.customer)
    return Own(line, customer, tuple(await talk.call(inventory.subscriptions, line)))


def is_sub_card(of: Own) -> bool:
    """Whether the line shares another's plan."""
    return of.plan is not None and of.plan.offering in content("tariffs")["sub_cards"]


def fused(offering: Offering) -> bool:
    """Whether a plan for a mobile line brings broadband with it."""
    return offering.kind == "plan" and offering.line_type == "mobile" and offering.speed_mbps > 0


def for_everybody(offering: Offering) -> bool:
    """Whether an offering is for sale, by itself, and not for companies only."""
    rules = content("tariffs")
    companies = bool(rules["conditions"].get(offering.id, {}).get("enterprise"))
    alone = offering.id not in {*rules["included"], *rules["sub_cards"]}
    return offering.sold and offering.orderable and alone and not companies


def obstacle(plan: Offering, of: Own, present: Offering) -> str | None:
    """Why a line may not change from its present plan to this one; None when it may.

    same, retired, kind (of another line, or none to change to), enterprise, individual, age, fusion_new (broadband must
    be installed for it), fusion_leave (the present plan carries the broadband).
    """
    rules = content("tariffs")
    conditions: dict[str, Any] = rules["conditions"].get(plan.id, {})
    if plan.id == present.id:
        return "same"
    if not plan.sold or not plan.orderable:
        return "retired"
    if plan.kind != "plan" or plan.line_type != of.line.kind or plan.id in {*rules["included"], *rules["sub_cards"]}:
        return "kind"
    company = of.customer.kind == "enterprise"
    if company != bool(conditions.get("enterprise")):
        return "individual" if company else "enterprise"
    if (of.customer.age or 0) < conditions.get("least_age", 0):
        return "age"
    if fused(plan) != fused(present):
        return "fusion_new" if fused(plan) else "fusion_leave"
    return None


def named(offers: Iterable[Offering], wanted: str | int | None) -> list[Offering]:
    """The offerings that an answer names: ids with commas between them, or a fee in fen."""
    if wanted is None:
        return []
    if isinstance(wanted, int) or wanted.isdecimal():
        return [offer for offer in offers if offer.fee == int(wanted)]
    ids = wanted.split(",")
    return [offer for offer in offers if offer.id in ids]


def fees_in(words: str) -> list[int]:
    """The numbers in a sentence as fees in fen, in order: 从九十九降到五十九 has 9900 and 5900."""
    found = (number(match[0]) for match in _NUMERAL.finditer(words))
    return [int(value * 100) for value in found if value is not None]


def page(choices: Sequence[Offering], skipped: int) -> tuple[list[Offering], list[Option]]:
    """The choices after the first `skipped`, at most four, and what stands on the buttons; after the last, the first.

    Where there are more than four, one button shows the next.
    """
    start = skipped if skipped < len(choices) else 0
    shown = list(choices[start : start + SHOWN])
    buttons = [Option(plain_name(one), one.id) for one in shown]
    return shown, [*buttons, option(MORE)] if len(choices) > SHOWN else buttons


def plain_name(offering: Offering) -> str:
    """An offering's name without the remark behind it."""
    return re.sub(r"[（(][^）)]*[）)]$", "", offering.name)
