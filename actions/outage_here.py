"""A place that the customer has shared: whether something is broken there, without asking who they are."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity
from actions.journey import option
from actions.notices import notices
from actions.turn import in_turn
from bss import outages, watch
from bss.errors import BssError
from bss.outages import Outage
from common.times import moment_label, utc_now


class ActionOutageHere(Action):
    """The channel's `/share_place{"place", "near"}`: a place's name, and its latitude and longitude; one may be empty.

    An outage is told with its end, which is told of too when it comes. Otherwise a fault may be reported.
    """

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_outage_here"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        place, near = entity(tracker, "place") or "", entity(tracker, "near") or ""
        within = bool(tracker.active_loop.get("name"))
        for notice in notices(place, [], utc_now()):
            dispatcher.utter_message(response="utter_notice", **notice)
        try:
            found = await in_turn(tracker, outages.outages_at, place, near)
        except BssError as error:
            dispatcher.utter_message(response=error.response)
            return []
        for outage in found:
            await in_turn(tracker, watch.watch, tracker.sender_id, "outage", f"{outage.area}/{outage.id}")
            _say(dispatcher, outage)
        if not found:
            dispatcher.utter_message(response="utter_place_clear_within" if within else "utter_place_clear")
        return []


def _say(dispatcher: CollectingDispatcher, outage: Outage) -> None:
    dispatcher.utter_message(
        response="utter_place_outage" if outage.expected else "utter_place_outage_open",
        area=outage.area,
        kinds="、".join(option(kind).title for kind in outage.lines),
        description=outage.description,
        expected=moment_label(outage.expected) if outage.expected else "",
    )
