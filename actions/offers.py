"""The line that an offer is for, and how the catalogue is offered. Pure but for `own`, which looks things up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.journey import option
from actions.reading import Option
from actions.talk import Talk
from bss import customers, inventory
from bss.catalogue import Offering
from bss.customers import Customer
from bss.inventory import Line, Subscription
from knowledge_base import tariffs
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


def obstacle(plan: Offering, of: Own, present: Offering) -> str | None:
    """Why a line may not change from its present plan to this one; see `tariffs.obstacle`."""
    return tariffs.obstacle(plan, of.line.kind, of.customer, present)


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
