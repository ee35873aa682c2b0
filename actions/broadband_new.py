"""宽带新装: where, how fast, when; then the order and the visit."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.broadband import address, left, meant, order, price, say_prices, terms, tier_option, tiers
from actions.installation import book_visit, visit_time, visit_words
from actions.journey import Journey, option, options
from actions.lines import own_lines
from actions.ordering import said_why_not
from actions.prices import asks_price
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import catalogue
from bss.catalogue import Offering
from bss.inventory import Line
from bss.orders import NewOrder
from common.masking import mask_number

ON_FILE = "on_file"


class ActionBroadbandNew(Journey):
    """A broadband line of its own, billed with the line that was verified."""

    about = "broadband_service_new"
    entities = ("address", "area", "speed", "package", "date", "time_slot")
    corrects: Mapping[str, str] = {"address": "address", "speed": "tier", "package": "tier", "date": "slot"}
    depends: Mapping[str, tuple[str, ...]] = {
        "address": ("area", "confirm"),
        "tier": ("confirm",),
        "slot": ("visit", "confirm"),
    }

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_broadband_new"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Tells what broadband costs to who asks only that."""
        if asks_price(tracker):
            return await say_prices(dispatcher, tracker, "utter_broadband_prices")
        return await super().run(dispatcher, tracker, domain)

    def stopped(self, values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """An order that exists stays."""
        return left(values) or super().stopped(values)

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        lines = await own_lines(talk)
        if not lines:
            talk.say("utter_bss_not_found")
            return None
        payer = lines[0]
        if "order" in values:
            return await book_visit(talk, "install", payer, self.title(values))
        if payer.kind == "mobile" and not payer.main_card:
            talk.say("utter_main_card_only", number=mask_number(payer.number))
            return None
        if await said_why_not(talk, payer, debt=True):
            return None
        place = self._address(talk, lines)
        if isinstance(place, Ask):
            return place
        offers = tiers(await talk.call(catalogue.offerings))
        tier = self._tier(values, offers)
        if isinstance(tier, Ask):
            return tier
        return await visit_time(talk, payer) or await self._order(talk, payer, place, tier)

    def _address(self, talk: Talk, lines: list[Line]) -> str | Ask:
        values = talk.values
        known = next((line.address for line in lines if line.address), None)
        if values.get("address") == ON_FILE and known:
            return known
        place = address(values)
        if place is not None:
            return place
        if "area" in values:
            return Ask("address", "utter_address_more", accepts=("address",), values={"area": str(values["area"])})
        if known is None:
            return Ask("address", "utter_broadband_where", accepts=("address",))
        here = Option(option(ON_FILE).title, ON_FILE)
        return Ask("address", "utter_broadband_where_known", [here], accepts=("address",), values={"address": known})

    def _tier(self, values: dict[str, Any], offers: list[Offering]) -> Offering | Ask:
        wanted = values.get("tier") or values.get("package") or values.get("speed")
        tier = meant(offers, wanted)
        if tier is not None:
            values["tier"] = tier.id
            return tier
        for name in ("tier", "package", "speed"):
            values.pop(name, None)
        choices = [tier_option(one) for one in offers]
        if wanted:
            return Ask("tier", "utter_broadband_tier_other", choices, accepts=("offering", "speed"))
        return Ask("tier", "utter_broadband_tier", choices, accepts=("offering", "speed"))

    async def _order(self, talk: Talk, payer: Line, place: str, tier: Offering) -> Ask | None:
        values = talk.values
        if "confirm" not in values:
            blanks = {
                "name": tier.name,
                "fee": price(tier.fee),
                "address": place,
                "when": visit_words(talk),
                "months": str(tier.contract_months),
                "number": mask_number(payer.number),
                "terms": terms("install") + terms("early"),
            }
            return Ask("confirm", "utter_broadband_new_confirm", options("yes", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        new = NewOrder(
            "add", payer.customer, payer.id, offering=tier.id, new_line=True, address=place,
            area=values.get("area"), contract_months=tier.contract_months or None,
        )  # fmt: skip
        number = await order(talk, new, "utter_installation_later", title=self.title(values))
        if number is None:
            return None
        values["order"] = number
        return await book_visit(talk, "install", payer, self.title(values))
