"""Courtesies: a greeting, thanks, praise, a call for help. In the middle of something they are short."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.conversation import ActionDeny
from knowledge_base.content import content

# intent -> what is said, and what while a question is open, which comes again right after.
_SAID = {
    "greet": ("utter_greet", "utter_greet_within"),
    "thanks": ("utter_thanks", "utter_thanks_within"),
    "praise": ("utter_praise", "utter_praise_within"),
    "help": ("utter_help", "utter_help_within"),
}


class ActionSmallTalk(Action):
    """Answers a courtesy; it asks nothing where a question is open."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_small_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        words = str(tracker.latest_message.get("text") or "")
        intent = str(tracker.get_intent_of_latest_message())
        if intent == "thanks" and any(part in words for part in content("small_talk")["closing"]):
            return await ActionDeny().run(dispatcher, tracker, domain)
        outside, within = _SAID[intent]
        dispatcher.utter_message(response=within if tracker.active_loop.get("name") else outside)
        return []
