"""移机: a line goes with the customer to another address."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.broadband import address, left, order, terms
from actions.installation import book_visit, visit_time, visit_words
from actions.journey import Journey, options
from actions.lines import choose
from actions.ordering import said_why_not
from actions.prices import asks_price
from actions.reading import Ask
from actions.talk import Talk
from bss.inventory import Line
from bss.orders import NewOrder
from common.masking import mask_number


class ActionBroadbandMove(Journey):
    """Another address for a broadband, television or fixed line."""

    about = "broadband_service_move"
    entities = ("product_line", "address", "area", "date", "time_slot")
    corrects: Mapping[str, str] = {"address": "address", "date": "slot"}
    depends: Mapping[str, tuple[str, ...]] = {"address": ("area", "confirm"), "slot": ("visit", "confirm")}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_broadband_move"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Tells what a move costs to who asks only that."""
        if asks_price(tracker):
            dispatcher.utter_message(response="utter_move_price", terms=terms("move"))
            return []
        return await super().run(dispatcher, tracker, domain)

    def stopped(self, values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """An order that exists stays."""
        return left(values) or super().stopped(values)

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        kind = str(values.get("product_line", "broadband"))
        line = await choose(talk, "broadband" if kind == "mobile" else kind)
        if not isinstance(line, Line):
            return line
        if "order" in values:
            return await book_visit(talk, "move", line, self.title(values))
        if await said_why_not(talk, line, debt=True):
            return None
        place = address(values)
        if place is not None and place == line.address:
            talk.say("utter_move_same", address=place)
            del values["address"]
            values.pop("area", None)
            place = None
        if place is None and "area" in values:
            return Ask("address", "utter_address_more", accepts=("address",), values={"area": str(values["area"])})
        if place is None:
            blanks = {"number": mask_number(line.number), "address": line.address or ""}
            return Ask("address", "utter_move_where", accepts=("address",), values=blanks)
        return await visit_time(talk, line) or await self._order(talk, line, place)

    async def _order(self, talk: Talk, line: Line, place: str) -> Ask | None:
        values = talk.values
        if "confirm" not in values:
            blanks = {
                "number": mask_number(line.number),
                "address": place,
                "when": visit_words(talk),
                "terms": terms("move") + terms("visit"),
            }
            return Ask("confirm", "utter_move_confirm", options("yes", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        new = NewOrder("modify", line.customer, line.id, address=place, area=values.get("area"))
        number = await order(talk, new, "utter_installation_later", title=self.title(values))
        if number is None:
            return None
        values["order"] = number
        return await book_visit(talk, "move", line, self.title(values))
