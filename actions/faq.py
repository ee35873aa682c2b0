"""An entry of the FAQ, for what the model is not sure of: the desk has found it (docs/knowledge.md)."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity
from actions.clarify import ActionClarify
from common.times import shanghai_today
from knowledge_base.content import intent_title
from knowledge_base.faq import entries

_PERSON = "human_agent"


class ActionFaq(Action):
    """The channel's `/faq{"entry"}`: says the answer, offers to do it where the bot can, and a person.

    An entry that does not hold any more is like a sentence that was not understood.
    """

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_faq"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        today, wanted = shanghai_today(), entity(tracker, "entry")
        found = next((entry for entry in entries() if entry.id == wanted and entry.holds(today)), None)
        if found is None:
            return await ActionClarify().run(dispatcher, tracker, domain)
        intents = dict.fromkeys(filter(None, (found.journey, _PERSON)))
        buttons = [{"title": title, "payload": f"/{intent}"} for intent in intents if (title := intent_title(intent))]
        dispatcher.utter_message(response="utter_written", words=found.answer, buttons=buttons)
        return []
