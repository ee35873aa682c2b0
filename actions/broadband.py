"""What the broadband journeys share: the tiers, the terms, and an address that an engineer finds."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.cards import row, say_with_card
from actions.journey import option
from actions.ordering import place
from actions.reading import Option
from actions.talk import Talk
from actions.turn import in_turn
from bss import catalogue
from bss.catalogue import Offering
from bss.errors import BssError
from bss.orders import NewOrder
from common.money import yuan
from knowledge_base.content import content

# A door has a number.
_DOOR = re.compile(r"[\d一二三四五六七八九十]")


def terms(name: str) -> str:
    """One of the terms in `content/broadband.yml`, as the customer reads it."""
    return str(content("broadband")["terms"][name])


def price(fee: int) -> str:
    """A fee as it stands on a button: 99元."""
    return yuan(fee).replace(".00", "")


def tiers(offers: Sequence[Offering]) -> list[Offering]:
    """The broadband plans that are offered, the slowest first."""
    offered = content("broadband")["offered"]
    return sorted((one for one in offers if one.id in offered and one.sold), key=lambda one: one.speed_mbps)


def tier_option(offer: Offering) -> Option:
    """500M 129元/月."""
    title = option("tier", speed=str(offer.speed_mbps), fee=price(offer.fee)).title
    return Option(title, offer.id)


def meant(offers: Sequence[Offering], wanted: object) -> Offering | None:
    """The one offering that an answer names: ids with commas between them, or a speed in Mbit/s; None without one."""
    words = str(wanted or "")
    found = [one for one in offers if one.id in words.split(",") or str(one.speed_mbps) == words]
    return found[0] if len(found) == 1 else None


async def say_prices(dispatcher: CollectingDispatcher, tracker: Tracker, response: str) -> list[EventType]:
    """Says a response with the tiers and their fees beside it, and what else installing costs, to anybody."""
    try:
        offers = tiers(await in_turn(tracker, catalogue.offerings))
    except BssError as error:
        dispatcher.utter_message(response=error.response)
        return []
    rows = [row(one.name, option("monthly", fee=price(one.fee)).title) for one in offers]
    told = "，".join(tier_option(one).title for one in offers)
    title, install = option("broadband").title, terms("install")
    say_with_card(dispatcher, response, kind="package", title=title, rows=rows, tiers=told, install=install)
    return []


def address(values: dict[str, Any]) -> str | None:
    """Where the line is to be, in full; None as long as no door was named. A district alone is kept in `area`."""
    said = str(values.get("address", ""))
    if said and not _DOOR.search(said):
        values["area"] = said
        del values["address"]
        return None
    if not said:
        return None
    area = str(values.get("area", ""))
    # 上海市浦东新区 was said, and 浦东新区万号路3弄5号.
    ends = (area[start:] for start in range(len(area) - 1))
    return area + said.removeprefix(next((end for end in ends if said.startswith(end)), ""))


async def order(talk: Talk, new: NewOrder, later: str, **blanks: str) -> str | None:
    """Places an order and returns its number.

    None when it was refused, or has no number yet: the customer has been told then, by the response `later`, which has
    our `receipt` besides `blanks`.
    """
    receipt = await place(talk, new)
    if receipt is None:
        return None
    if receipt.state != "done":
        talk.say(later, receipt=receipt.number, **blanks)
        return None
    return receipt.operator_number


def left(values: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    """What is said to who leaves after the order was placed, with only the visit open."""
    return ("utter_installation_left", {"order": str(values["order"])}) if "order" in values else None
