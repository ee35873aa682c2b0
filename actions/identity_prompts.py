"""What the identity form asks, as the moment demands."""

import json

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.bound import WHICH, bound_of
from actions.claim import claim_of
from common.binding import mark_of
from common.masking import mask_number


class ActionAskNumber(Action):
    """Asks for the number, unless what was wrong with the last one has just asked for another."""

    def name(self) -> str:
        """The name that Rasa looks for."""
        return "action_ask_identity_form_phone_number"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if _told(tracker, ("utter_number_",)):
            return []
        bound = bound_of(tracker) or []
        if len(bound) > 1:
            buttons = [{"title": mask_number(one.number), "payload": _choice(one.number)} for one in bound]
            dispatcher.utter_message(response="utter_ask_bound_number", buttons=buttons)
        else:
            dispatcher.utter_message(response="utter_ask_number")
        return []


class ActionAskCode(Action):
    """Asks for the code, or the password: says that a code was sent only when it just was, and nothing after a fault.

    The faults' sentences ask for it themselves.
    """

    def name(self) -> str:
        """The name that Rasa looks for."""
        return "action_ask_identity_form_sms_code"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        claim = claim_of(tracker)
        if claim is not None and not claim.code:
            if not _told(tracker, ("utter_password_", "utter_number_no_sms")):
                dispatcher.utter_message(response="utter_password_ask", number=mask_number(claim.number))
            return []
        to = mask_number(claim.to) if claim is not None else tracker.get_slot("phone_number")
        if claim is not None and _sent_now(tracker):
            dispatcher.utter_message(
                response="utter_code_sent_contact" if claim.at_contact else "utter_code_sent",
                number=mask_number(claim.number),
                to=to,
            )
        elif not _told(tracker, ("utter_code_",)):
            dispatcher.utter_message(response="utter_ask_code", to=to)
        return []


def _choice(number: str) -> str:
    return f"/answer{json.dumps({'ask': WHICH, 'value': mark_of(number)})}"


def _told(tracker: Tracker, beginnings: tuple[str, ...]) -> bool:
    """Whether one of these responses was said since the customer's message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        said = str((event.get("metadata") or {}).get("utter_action"))
        if event.get("event") == "bot" and said.startswith(beginnings):
            return True
    return False


def _sent_now(tracker: Tracker) -> bool:
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "slot" and event.get("name") == "identity_claim" and event.get("value"):
            return True
    return False
