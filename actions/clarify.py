"""When the bot is not sure: one question with the likeliest meanings, then a person on offer, then a person."""

from itertools import takewhile
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.handover import hand_over
from knowledge_base.content import intent_title

# A meaning less likely than this is a guess that only confuses.
WORTH_OFFERING = 0.12
OFFERED = 3
_NOT_OFFERED = ("out_of_scope", "chitchat", "nlu_fallback", "greet", "thanks", "goodbye", "affirm", "deny", "faq")


def misunderstood_before(events: list[dict[str, Any]]) -> int:
    """How many turns right before this one ended in `action_clarify`; `events` are the tracker's, oldest first.

    One that brought a person in does not count: with the next the counting begins anew.
    """
    turns: list[bool] = []
    for event in events:
        if event.get("event") == "user":
            turns.append(False)
        elif event.get("event") == "action" and event.get("name") == "action_clarify" and turns:
            turns[-1] = True
        elif event.get("event") == "bot" and turns and _opens_handover(event):
            turns[-1] = False
    return sum(1 for _ in takewhile(bool, reversed(turns[:-1])))


def _opens_handover(event: dict[str, Any]) -> bool:
    return "handover" in ((event.get("data") or {}).get("custom") or {})


def candidates(ranking: list[dict[str, object]]) -> list[str]:
    """The business intents of a ranking that are worth offering, at most three, best first."""
    names = []
    for entry in ranking:
        name, confidence = str(entry.get("name")), entry.get("confidence")
        if isinstance(confidence, float) and confidence >= WORTH_OFFERING and not name.startswith(_NOT_OFFERED):
            names.append(name)
    return names[:OFFERED]


class ActionClarify(Action):
    """Asks what was meant; the second time in a row offers a person, the third time brings one in."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_clarify"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        before = misunderstood_before(tracker.events)
        if before >= 2:
            return hand_over(dispatcher, tracker, "failed", "utter_handover_failed")
        if before == 1:
            dispatcher.utter_message(response="utter_not_understood_twice")
            return []
        titles = {
            name: title
            for name in candidates(tracker.latest_message.get("intent_ranking") or [])
            if (title := intent_title(name)) is not None
        }
        if not titles:
            dispatcher.utter_message(response="utter_not_understood")
            return []
        dispatcher.utter_message(
            response="utter_clarify",
            options="，还是".join(titles.values()),
            buttons=[{"title": title, "payload": f"/{name}"} for name, title in titles.items()],
        )
        return []
