"""The ways around in a conversation: stop, back, repeat, and what the bot leaves to a person."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.binding import offered_just_now
from actions.handover_context import served, settled
from actions.identity import CLEARED
from actions.journey import JOURNEYS
from actions.talk import State

# A number that was being verified goes too: the next request starts by asking for one.
LEFT: list[EventType] = [
    ActiveLoop(None),
    SlotSet("requested_slot", None),
    SlotSet("pending_request", None),
    SlotSet("journey", None),
    *CLEARED,
]


class ActionStop(Action):
    """算了: leaves what was under way and says that nothing was done."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_stop"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if not say_stopped(dispatcher, tracker):
            dispatcher.utter_message(response="utter_nothing_to_stop")
        return LEFT


def say_stopped(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Says what is not done because the customer leaves it; False when nothing was under way."""
    state = State.of(tracker)
    if state is not None:
        response, values = JOURNEYS[state.name].stopped(state.values)
        dispatcher.utter_message(response=response, **values)
    elif tracker.active_loop.get("name"):
        dispatcher.utter_message(response="utter_stopped")
    else:
        return False
    return True


def say_farewell(dispatcher: CollectingDispatcher, tracker: Tracker, response: str) -> None:
    """A last word. Once in a conversation in which something was done, `custom.survey` has the desk ask how it was."""
    asked = any("survey" in _custom(event) for event in tracker.events)
    done = settled(tracker) or served(tracker.events)
    dispatcher.utter_message(response=response, json_message={"survey": True} if done and not asked else {})


class ActionDeny(Action):
    """不用了: leaves what was under way; otherwise a closing word."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_deny"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if offered_just_now(tracker):
            dispatcher.utter_message(response="utter_bind_declined")
            return []
        if not say_stopped(dispatcher, tracker):
            say_farewell(dispatcher, tracker, "utter_deny")
        return LEFT


class ActionGoodbye(Action):
    """再见, 退出: leaves what was under way, and says goodbye."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_goodbye"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        say_stopped(dispatcher, tracker)
        say_farewell(dispatcher, tracker, "utter_goodbye")
        return LEFT


class ActionBackToMenu(Action):
    """返回: leaves what was under way and shows the menu."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_back_to_menu"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        say_stopped(dispatcher, tracker)
        dispatcher.utter_message(response="utter_menu")
        return LEFT


class ActionRepeat(Action):
    """重听: says the bot's last answer again, with its choices."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_repeat"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        users = [index for index, event in enumerate(tracker.events) if event.get("event") == "user"]
        former = tracker.events[users[-2] : users[-1]] if len(users) > 1 else []
        said = [event for event in former if event.get("event") == "bot" and (event.get("text") or _card(event))]
        # Inside a form the question is asked again anyway, right after this.
        if tracker.active_loop.get("name"):
            return []
        if not said:
            dispatcher.utter_message(response="utter_menu")
        for event in said:
            card, buttons = _card(event), (event.get("data") or {}).get("buttons") or []
            dispatcher.utter_message(
                text=event.get("text"), buttons=buttons, json_message={"card": card} if card else {}
            )
        return []


def _card(event: dict[str, Any]) -> Any:
    """The card of something that the bot said."""
    return _custom(event).get("card")


def _custom(event: dict[str, Any]) -> dict[str, Any]:
    """What the desk was told with something that the bot said."""
    return dict((event.get("data") or {}).get("custom") or {})
