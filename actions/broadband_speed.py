"""宽带提速: a pack for the line as it is, or a faster plan."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.broadband import meant, order, price, say_prices, tier_option, tiers
from actions.journey import Journey, option, options
from actions.lines import choose
from actions.ordering import said_why_not
from actions.prices import asks_price
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import catalogue, inventory
from bss.catalogue import Offering
from bss.inventory import Line, Subscription
from bss.orders import NewOrder
from common.masking import mask_number
from knowledge_base.content import content


class ActionBroadbandSpeed(Journey):
    """A faster broadband line."""

    about = "broadband_service_speed"
    entities = ("speed", "package", "addon")
    corrects: Mapping[str, str] = {"speed": "tier", "package": "tier", "addon": "tier"}
    depends: Mapping[str, tuple[str, ...]] = {"tier": ("confirm",)}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_broadband_speed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Tells what the tiers cost to who asks only that."""
        if asks_price(tracker):
            return await say_prices(dispatcher, tracker, "utter_speed_prices")
        return await super().run(dispatcher, tracker, domain)

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        line = await choose(talk, "broadband")
        if not isinstance(line, Line):
            return line
        if await said_why_not(talk, line, debt=True):
            return None
        held = await talk.call(inventory.subscriptions, line)
        plan = next((one for one in held if one.kind == "plan"), None)
        faster = self._faster(await talk.call(catalogue.offerings), line, plan)
        now = {"number": mask_number(line.number), "now": str(line.speed_mbps or "")}
        if not faster:
            talk.say("utter_speed_top", **now)
            return None
        chosen = self._chosen(values, faster)
        if chosen is None:
            choices = [self._option(one) for one in faster]
            return Ask("tier", "utter_speed_which", choices, accepts=("offering", "speed"), values=now)
        return await self._order(talk, line, plan, chosen)

    def _faster(self, offers: list[Offering], line: Line, plan: Subscription | None) -> list[Offering]:
        """What makes the line faster: plans in the place of one that is sold by itself, and the pack."""
        known = content("broadband")
        plans = tiers(offers) if plan is not None and plan.offering in known["offered"] else []
        packs = [one for one in offers if one.id == known["pack"]]
        return [one for one in (*plans, *packs) if one.speed_mbps > (line.speed_mbps or 0)]

    def _chosen(self, values: dict[str, Any], faster: list[Offering]) -> Offering | None:
        wanted = values.get("tier") or values.get("addon") or values.get("package") or values.get("speed")
        chosen = meant(faster, wanted) or (faster[0] if len(faster) == 1 and not wanted else None)
        for name in ("tier", "addon", "package", "speed"):
            values.pop(name, None)
        if chosen is not None:
            values["tier"] = chosen.id
        return chosen

    def _option(self, offer: Offering) -> Option:
        if offer.kind == "plan":
            return tier_option(offer)
        return Option(option("pack", speed=str(offer.speed_mbps), fee=price(offer.fee)).title, offer.id)

    async def _order(self, talk: Talk, line: Line, plan: Subscription | None, chosen: Offering) -> Ask | None:
        values = talk.values
        swap = plan if chosen.kind == "plan" else None
        blanks = {
            "number": mask_number(line.number),
            "name": chosen.name,
            "speed": str(chosen.speed_mbps),
            "fee": price(chosen.fee),
            "old": plan.name if plan else "",
            "old_fee": price(plan.fee if plan else 0),
        }
        if "confirm" not in values:
            yes_no = options("yes", "no")
            return Ask(
                "confirm", "utter_speed_confirm_plan" if swap else "utter_speed_confirm_pack", yes_no, values=blanks
            )
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        new = NewOrder(
            "modify" if swap else "add", line.customer, line.id, offering=chosen.id, product=swap.id if swap else None
        )
        number = await order(talk, new, "utter_order_later")
        if number is not None:
            talk.say("utter_speed_done", order=number, **blanks)
        return None
