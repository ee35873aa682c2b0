"""绑定: remembers a number that was just proven, for who writes in WeChat; asked once, after the answer."""

import json

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import AccountAction, Params, identity_of
from actions.bound import bound_of
from actions.journey import option
from actions.turn import in_turn
from bss import inventory
from common.binding import BIND, MOST, mark_of, order_binding
from common.identity import Identity, issue_identity
from common.masking import mask_number

OFFER = "utter_bind_offer"
# What the button says that declines.
NO = "no"


def offer(dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity | None) -> list[EventType]:
    """Asks whether to remember the number that was proven, once a number, where it can be; not beside a handover."""
    bound = bound_of(tracker)
    if identity is None or bound is None or len(bound) >= MOST or _hands_over(dispatcher, tracker):
        return []
    mark, asked = mark_of(identity.number), _asked(tracker)
    if mark in asked or any(one.number == identity.number for one in bound):
        return []
    buttons = [
        {"title": option(title).title, "payload": f"/bind_number{json.dumps({'value': value})}"}
        for title, value in (("bind", mark), ("bind_not", NO))
    ]
    dispatcher.utter_message(response=OFFER, number=mask_number(identity.number), buttons=buttons)
    return [SlotSet("binding_asked", [*asked, mark])]


class ActionBind(AccountAction):
    """Binds the number that is proven now, by an order to the desk. Without a proof it is asked for first."""

    entities = ("value",)

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_bind"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class; `value` is the mark of the number on the button, or `NO`."""
        value, identity = self.params(tracker).get("value"), identity_of(tracker)
        if bound_of(tracker) is None:
            dispatcher.utter_message(response="utter_bind_elsewhere")
        elif value == NO:
            dispatcher.utter_message(response="utter_bind_declined")
        elif value and identity is not None and value != mark_of(identity.number):
            dispatcher.utter_message(response="utter_choice_over")
        else:
            return await super().run(dispatcher, tracker, domain)
        return []

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> list[EventType]:
        """See `AccountAction`."""
        bound, mark = bound_of(tracker), mark_of(identity.number)
        shown = mask_number(identity.number)
        if bound is None or params.get("value", mark) != mark:
            dispatcher.utter_message(response="utter_choice_over")
        elif any(one.number == identity.number for one in bound):
            dispatcher.utter_message(response="utter_bound_already", number=shown)
        elif len(bound) >= MOST:
            dispatcher.utter_message(response="utter_bind_full", most=str(MOST))
        else:
            line = await in_turn(tracker, inventory.line, identity.number)
            order = order_binding(issue_identity(identity), line.customer)
            dispatcher.utter_message(response="utter_bound", json_message={BIND: order}, number=shown)
        return [SlotSet("binding_asked", list(dict.fromkeys([*_asked(tracker), mark])))]


class ActionAffirm(Action):
    """好的: yes to the offer to bind, when that was just made; else nothing is known that it says yes to."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_affirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if offered_just_now(tracker):
            return await ActionBind().run(dispatcher, tracker, domain)
        dispatcher.utter_message(response="utter_affirm")
        return []


def offered_just_now(tracker: Tracker) -> bool:
    """Whether the offer is the last that was asked."""
    users = [index for index, event in enumerate(tracker.events) if event.get("event") == "user"]
    if len(users) < 2 or tracker.active_loop.get("name"):
        return False
    said = tracker.events[users[-2] : users[-1]]
    return any((event.get("metadata") or {}).get("utter_action") == OFFER for event in said)


def _asked(tracker: Tracker) -> list[str]:
    asked = tracker.get_slot("binding_asked")
    return [str(mark) for mark in asked] if isinstance(asked, list) else []


def _hands_over(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Whether a person comes with this turn."""
    if any("handover" in (message.get("custom") or {}) for message in dispatcher.messages):
        return True
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            break
        if "handover" in ((event.get("data") or {}).get("custom") or {}):
            return True
    return False
