"""After a person: what was settled is kept, said in one sentence, and the bot takes up the thread."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity
from actions.conversation import LEFT
from knowledge_base.content import content, intent_title

_SAID = {
    "solved": "utter_settled_solved",
    "ticket": "utter_settled_ticket",
    "order": "utter_settled_order",
    "unsolved": "utter_settled_unsolved",
}
# Results that name a number.
_NUMBERED = frozenset({"ticket", "order"})


class ActionHandoverSettled(Action):
    """The desk's `/handover_settled{"topic", "reason", "result", "number"}`, when a person has finished.

    `topic` is an intent (or empty), `result` solved, ticket, order, unsolved or left, `number` the ticket's or order's.
    """

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_handover_settled"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        found = {name: entity(tracker, name) or "" for name in ("topic", "reason", "result", "number")}
        result, title = found["result"], intent_title(found["topic"])
        if result in _NUMBERED and not found["number"]:
            result = "solved"
        words = content("handover")["settled"]
        what = str(words["named"]).format(title=title) if title else str(words["unnamed"])
        response = _SAID.get(result, "utter_settled_left")
        dispatcher.utter_message(response=response, what=what, number=found["number"])
        return [*LEFT, SlotSet("settled", found)]
