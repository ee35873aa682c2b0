"""订流量包、开通业务: which pack or service, what it costs and how it ends, then the order."""

from collections.abc import Mapping, Sequence
from typing import Any

from actions.change_package import plan_row
from actions.journey import Journey, option, options
from actions.lines import own_lines
from actions.offers import MORE, SHOWN, Own, named, owned, page, plain_name
from actions.ordering import place, said_why_not
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import catalogue, inventory
from bss.catalogue import Offering
from bss.orders import NewOrder
from common.masking import mask_number
from common.money import yuan
from knowledge_base.content import content
from knowledge_base.tariffs import for_everybody


class ActionBuyAddon(Journey):
    """A pack beside the plan: data, calls, roaming, a faster line."""

    about = "buy_addon"
    entities: tuple[str, ...] = ("addon", "data_amount", "money", "usage_type")
    corrects: Mapping[str, str] = {"addon": "addon", "data_amount": "data_amount"}
    depends: Mapping[str, tuple[str, ...]] = {
        "addon": ("confirm", "line"),
        "data_amount": ("confirm", "line", "addon"),
    }
    # The kind of offering, which is also the slot that says which one.
    kind = "addon"

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_buy_addon"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        offers = [one for one in await talk.call(catalogue.offerings) if one.kind == self.kind and for_everybody(one)]
        wanted = talk.values.get(self.kind)
        if wanted is None:
            meant = self.guessed(talk.values, offers)
        elif str(wanted).endswith("MB"):
            meant = _enough(offers, int(str(wanted).removesuffix("MB")))
        else:
            meant = named(offers, wanted)
        if len(meant) == 1:
            talk.values[self.kind] = meant[0].id
            return await added(self, talk, meant[0])
        if not meant:
            if wanted not in (None, MORE):
                talk.say("utter_addon_unknown")
            meant = await _for_lines(talk, offers)
        return _choose(talk, self.kind, meant)

    def guessed(self, values: Mapping[str, Any], offers: Sequence[Offering]) -> list[Offering]:
        """The packs that the first sentence fits: so much data at least, such a price, data or calls, for abroad."""
        roaming = content("tariffs")["roaming"]
        abroad = values.get("intent") == "buy_addon_roaming"
        fitting = [one for one in offers if (one.id in roaming) == abroad]
        if str(values.get("data_amount", "")).isdecimal():
            return _enough(fitting, int(values["data_amount"]))
        if "money" in values:
            return named(fitting, str(values["money"]))
        if values.get("usage_type") == "voice":
            return [one for one in fitting if one.voice_minutes]
        if values.get("usage_type") == "data":
            return [one for one in fitting if one.data_mb]
        return fitting if abroad else []


class ActionSubscribeVas(ActionBuyAddon):
    """A value-added service: caller display, ring tones, the family network."""

    about = "subscribe_vas"
    entities = ("vas",)
    corrects: Mapping[str, str] = {"vas": "vas"}
    depends: Mapping[str, tuple[str, ...]] = {"vas": ("confirm", "line")}
    kind = "vas"

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_subscribe_vas"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`. Roaming itself a person switches on; the pack that makes it cheap is offered here."""
        values = talk.values
        if values.get("intent") == "subscribe_vas_roaming" and "vas" not in values:
            if "roaming" not in values:
                return Ask("roaming", "utter_vas_roaming", options("roaming_pack", "human", "no"))
            if values["roaming"] == "no":
                self.leave(talk)
                return None
            (pack,) = named(await talk.call(catalogue.offerings), content("tariffs")["roaming"][0])
            return await added(self, talk, pack)
        return await super().next(talk)

    def guessed(self, values: Mapping[str, Any], offers: Sequence[Offering]) -> list[Offering]:
        """The family network where that was asked for."""
        return named(offers, content("tariffs")["family"]) if values.get("intent") == "family_number" else []


def _enough(offers: Sequence[Offering], wanted: int) -> list[Offering]:
    """The packs with so many MB, or with the least that is more."""
    enough = [one for one in offers if one.data_mb >= wanted]
    least = min((one.data_mb for one in enough), default=0)
    return [one for one in enough if one.data_mb == least]


def _choose(talk: Talk, slot: str, choices: Sequence[Offering]) -> Ask:
    if talk.values.pop(slot, None) == MORE:
        talk.values["skipped"] = talk.values.get("skipped", 0) + SHOWN
    shown, buttons = page(choices, talk.values.get("skipped", 0))
    talk.show("utter_addon_can_be", kind="package", title="可办的业务", rows=[plan_row(one) for one in shown])
    return Ask(slot, "utter_addon_choose", buttons, accepts=("offering", "data", "money"))


async def _for_lines(talk: Talk, offers: Sequence[Offering]) -> list[Offering]:
    """Those for a kind of line that the customer has."""
    kinds = {one.kind for one in await own_lines(talk)}
    return [one for one in offers if one.line_type in kinds]


async def added(journey: Journey, talk: Talk, offering: Offering) -> Ask | None:
    """Orders a pack or a service for the line of its kind; other journeys that end in one use it too."""
    values = talk.values
    line = await _line(talk, offering)
    if not isinstance(line, Own):
        return line
    if await said_why_not(talk, line.line):
        return None
    blanks = {"name": plain_name(offering), "number": mask_number(line.line.number), "fee": yuan(offering.fee)}
    faster = offering.speed_mbps and (line.line.speed_mbps or 0) >= offering.speed_mbps
    if line.holds(offering.id) or faster:
        talk.say("utter_addon_fast" if faster else "utter_addon_held", **blanks)
        return None
    if "confirm" not in values:
        blanks["description"] = offering.description
        response = "utter_vas_confirm" if offering.kind == "vas" else "utter_addon_confirm"
        return Ask("confirm", response, options("yes", "no"), values=blanks)
    if values["confirm"] == "no":
        journey.leave(talk)
        return None
    receipt = await place(talk, NewOrder("add", line.line.customer, line.line.id, offering=offering.id))
    if receipt is not None and receipt.operator_number:
        talk.say("utter_addon_ordered", order=receipt.operator_number, name=blanks["name"])
    elif receipt is not None:
        talk.say("utter_order_later", receipt=receipt.number)
    return None


async def _line(talk: Talk, offering: Offering) -> Own | Ask | None:
    """The line that an offering is for: the verified one, or the customer's; or the question which of several."""
    kind = offering.line_type
    verified = await talk.call(inventory.line, talk.number)
    lines = [verified]
    if verified.kind != kind:
        lines = [one for one in await own_lines(talk) if one.kind == kind]
    chosen = [one for one in lines if one.main_card or one.id == talk.values.get("line")] or lines
    if len(chosen) > 1:
        choices = [Option(mask_number(one.number), one.id) for one in chosen]
        return Ask("line", "utter_addon_which_line", choices, values={"kind": option(kind).title})
    if not chosen:
        talk.say("utter_addon_no_line", kind=option(kind).title, name=plain_name(offering))
        return None
    return await owned(talk, chosen[0])
