"""What cannot be done online: where it is done, what to bring, and the next step, from `content/counter.yml`."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.turn import in_turn
from bss import catalogue
from bss.errors import BssError
from common.money import yuan
from knowledge_base.content import content


class ActionCounter(Action):
    """Needs no identity: it says the same to everybody."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_counter"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        known = content("counter")
        entry: dict[str, Any] = known.get(tracker.get_intent_of_latest_message() or "", known["store_info"])
        parts = [entry["what"], await _price(tracker, entry), entry.get("bring", ""), entry.get("who", "")]
        buttons = [{"title": title, "payload": f"/{intent}"} for title, intent in entry["next"].items()]
        dispatcher.utter_message(response="utter_counter", advice="".join(parts), buttons=buttons)
        return []


async def _price(tracker: Tracker, entry: dict[str, Any]) -> str:
    """The sentence about the price with what the catalogue says now; empty while the catalogue does not answer."""
    if "offering" not in entry:
        return str(entry.get("price", ""))
    try:
        offering = await in_turn(tracker, catalogue.offering, str(entry["offering"]))
    except BssError:
        return ""
    return str(entry["price"]).format(fee=yuan(offering.fee).replace(".00", ""))
