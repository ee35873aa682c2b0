"""转人工: tells the desk to open a handover, with what the bot knows; the desk owns everything after that."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity, identity_of
from actions.conversation import LEFT
from actions.handover_context import gathered, is_topic, topic_of, wish
from actions.talk import State
from knowledge_base.content import content


def hand_over(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    reason: str = "asked",
    response: str = "utter_handover",
    *,
    escalation: str | None = None,
    about: str | None = None,
) -> list[EventType]:
    """Says a response, has the desk bring a person in, and leaves what was under way.

    With `escalation` it does not wait its turn; the rest is for `actions.handover_context.wish`.
    """
    state = State.of(tracker)
    journey = gathered(state.values) if state else {}
    under_way = journey.get("intent", "")
    handover = wish(
        tracker,
        identity_of(tracker),
        reason=reason,
        intent=tracker.get_intent_of_latest_message(),
        topic=under_way if is_topic(under_way) else topic_of(tracker),
        urgent=reason == "escalation",
        about=about,
        product_line=entity(tracker, "product_line"),
        escalation=escalation,
        journey=journey,
    )
    dispatcher.utter_message(response=response, json_message={"handover": handover})
    return LEFT


class ActionHandover(Action):
    """Opens a handover at once: no question stands between a customer and a person."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_handover"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        escalation = entity(tracker, "escalation")
        if escalation or tracker.get_intent_of_latest_message() in content("skills")["urgent"]:
            return hand_over(
                dispatcher,
                tracker,
                "escalation",
                "utter_handover_complaint",
                escalation=escalation,
                about="complain",
            )
        return hand_over(dispatcher, tracker)


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
