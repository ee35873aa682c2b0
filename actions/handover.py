"""转人工: tells the desk to open a handover, with what the bot knows; the desk owns everything after that."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity, identity_of, waiting_requests
from actions.conversation import LEFT
from actions.skills import routing
from actions.talk import State, gathered
from common.masking import mask_number
from knowledge_base.content import content, intent_title

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
        latest = tracker.get_intent_of_latest_message()
        topics = [intent for intent in intents if not intent.startswith(_ABOUT_NOTHING)]
        topic, line, escalation = (topics or [None])[-1], entity(tracker, "product_line"), entity(tracker, "escalation")
        urgent = escalation is not None or latest in content("skills")["urgent"]
        handover = {
            **routing("complain" if urgent else topic, line, urgent=urgent),
            "intent": latest,
            "topic": topic,
            "topic_title": intent_title(topic) if topic else None,
            "product_line": line,
            "escalation": escalation,
            "verified": mask_number(identity.number) if identity else None,
            "waiting": [entry["action"] for entry in waiting_requests(tracker)],
            "journey": gathered(state.values) if (state := State.of(tracker)) else {},
        }
        response = "utter_handover_complaint" if urgent else "utter_handover"
        dispatcher.utter_message(response=response, json_message={"handover": handover})
        return LEFT


class ActionAbuse(Action):
    """Angry words: an apology and a person on offer; the second time the person comes at once."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_abuse"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        said = [event for event in tracker.events if event.get("event") == "user"]
        angry = [one for one in said if (one.get("parse_data") or {}).get("intent", {}).get("name") == "chitchat_abuse"]
        if len(angry) > 1:
            return await ActionHandover().run(dispatcher, tracker, domain)
        dispatcher.utter_message(response="utter_chitchat_abuse")
        return []


class ActionElderly(Action):
    """Elderly customers: larger letters and a person on offer; who asks for a person gets one at once."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_elderly"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        words = str(tracker.latest_message.get("text") or "")
        if any(person in words for person in content("desk")["human_words"]):
            return await ActionHandover().run(dispatcher, tracker, domain)
        dispatcher.utter_message(response="utter_large_font_elderly")
        return []
