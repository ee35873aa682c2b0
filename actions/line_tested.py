"""A line test that has ended when nobody waits for it any more: the customer is told its result all the same."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity
from actions.turn import in_turn
from bss import line_test
from bss.errors import BssError


class ActionLineTested(Action):
    """Tells what a line test has found."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_line_tested"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        try:
            found = await in_turn(tracker, line_test.result, entity(tracker, "test") or "")
        except BssError:
            dispatcher.utter_message(response="utter_line_untested")
            return []
        if found.done:
            dispatcher.utter_message(response="utter_line_tested_late", finding=found.words)
        else:
            dispatcher.utter_message(response="utter_line_untested")
        return []
