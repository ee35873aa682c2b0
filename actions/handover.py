"""转人工: tells the desk to open a handover, with what the bot knows; the desk owns everything after that."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity, identity_of, waiting_requests
from actions.conversation import LEFT
from actions.journey import State, gathered
from common.masking import mask_number
from knowledge_base.content import intent_title

# Small talk around a request for a person says nothing about what the person is needed for.
_ABOUT_NOTHING = ("human_agent", "greet", "affirm", "deny", "nlu_fallback", "out_of_scope", "chitchat", "thanks")


class ActionHandover(Action):
    """Opens a handover at once: no question stands between a customer and a person."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_handover"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        identity = identity_of(tracker)
        intents = [
            event["parse_data"]["intent"]["name"]
            for event in tracker.events
            if event.get("event") == "user" and (event.get("parse_data") or {}).get("intent", {}).get("name")
        ]
        topics = [intent for intent in intents if not intent.startswith(_ABOUT_NOTHING)]
        handover = {
            "intent": tracker.get_intent_of_latest_message(),
            "topic": topics[-1] if topics else None,
            "topic_title": intent_title(topics[-1]) if topics else None,
            "product_line": entity(tracker, "product_line"),
            "verified": mask_number(identity.number) if identity else None,
            "waiting": [entry["action"] for entry in waiting_requests(tracker)],
            "journey": gathered(state.values) if (state := State.of(tracker)) else {},
        }
        dispatcher.utter_message(response="utter_handover", json_message={"handover": handover})
        return LEFT
