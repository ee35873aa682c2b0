"""Proving who somebody is: the number, a one-time code to it, then a sealed token for this conversation."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity
from actions.turn import answered_already, in_turn, message_id
from bss import codes
from bss.errors import BssError, NotFound, Rejected
from common.identity import Identity, InvalidIdentity, issue_identity, open_sealed, seal
from common.masking import mask_number

# A little longer than a code lives, so that the operator is the one to say that it is too old.
CLAIM_SECONDS = 900
# Refusals that end by themselves after a while.
PAUSES = {"locked", "tooMany"}
CLEARED: list[EventType] = [
    SlotSet("phone_number", None),
    SlotSet("sms_code", None),
    SlotSet("identity_claim", None),
]
LEAVE_FORM = SlotSet("requested_slot", None)


class ValidateIdentityForm(Action):
    """Decides what the customer's message means to the identity form.

    No event is returned for a message that is neither number nor code: Rasa then lets the rule of its intent answer,
    and the form asks again afterwards. Slots hold a masked number and a sealed claim, never number or code.
    """

    def name(self) -> str:
        """The name that Rasa looks for."""
        return "validate_identity_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        activating = not tracker.active_loop.get("name")
        if not activating and answered_already(tracker, "identity_form"):
            return []
        requested = tracker.get_slot("requested_slot")
        number = entity(tracker, "phone_number")
        if number is not None:
            return await self._send(dispatcher, tracker, number)
        if activating:
            return []
        text = str(tracker.latest_message.get("text") or "")
        digits = re.sub(r"[^\d]", "", text)
        if requested == "sms_code":
            code = entity(tracker, "code")
            if code is not None:
                return await self._verify(dispatcher, tracker, code)
            if len(digits) >= 3:
                dispatcher.utter_message(response="utter_code_invalid")
                return [SlotSet("sms_code", None)]
            return []
        if len(digits) >= 5:
            dispatcher.utter_message(response="utter_number_invalid")
            return [SlotSet("phone_number", None)]
        return []

    async def _send(self, dispatcher: CollectingDispatcher, tracker: Tracker, number: str) -> list[EventType]:
        try:
            code_id = await in_turn(tracker, codes.send, number, idempotency_key=f"{message_id(tracker)}:send_code")
        except NotFound:
            dispatcher.utter_message(response="utter_number_unknown", number=mask_number(number))
            return [*CLEARED]
        except Rejected as error:
            if error.code in PAUSES:
                return self._paused(dispatcher, error)
            dispatcher.utter_message(response="utter_number_no_sms", number=mask_number(number))
            return [*CLEARED]
        except BssError as error:
            dispatcher.utter_message(response=error.response)
            return [*CLEARED, LEAVE_FORM]
        return [
            SlotSet("phone_number", mask_number(number)),
            SlotSet("sms_code", None),
            SlotSet("identity_claim", seal("claim", {"number": number, "code": code_id})),
        ]

    async def _verify(self, dispatcher: CollectingDispatcher, tracker: Tracker, code: str) -> list[EventType]:
        claim = claim_of(tracker)
        if claim is None:
            dispatcher.utter_message(response="utter_code_expired")
            return [*CLEARED]
        try:
            await in_turn(tracker, codes.verify, claim["code"], code)
        except Rejected as error:
            if error.code == "wrongCode":
                dispatcher.utter_message(
                    response="utter_code_wrong", remaining=str(error.detail.get("remainingTries", ""))
                )
                return [SlotSet("sms_code", None)]
            if error.code in PAUSES:
                return self._paused(dispatcher, error)
            dispatcher.utter_message(response="utter_code_expired")
            return [SlotSet("sms_code", None)]
        except NotFound:
            dispatcher.utter_message(response="utter_code_expired")
            return [SlotSet("sms_code", None)]
        except BssError as error:
            dispatcher.utter_message(response=error.response)
            return [SlotSet("sms_code", None)]
        token = issue_identity(Identity(claim["number"], tracker.sender_id, "sms_code"))
        return [*CLEARED, SlotSet("identity_token", token), LEAVE_FORM]

    def _paused(self, dispatcher: CollectingDispatcher, error: Rejected) -> list[EventType]:
        seconds = error.detail.get("retryAfterSeconds")
        minutes = -(-int(seconds) // 60) if isinstance(seconds, int | float) else 15
        dispatcher.utter_message(response="utter_code_paused", minutes=str(max(1, minutes)))
        return [*CLEARED, SlotSet("pending_request", None), LEAVE_FORM]


def claim_of(tracker: Tracker) -> dict[str, str] | None:
    """The number being verified and the id of the code sent to it."""
    sealed: Any = tracker.get_slot("identity_claim")
    if not isinstance(sealed, str):
        return None
    try:
        return open_sealed("claim", sealed, CLAIM_SECONDS)
    except InvalidIdentity:
        return None


def _told(tracker: Tracker, beginnings: tuple[str, ...]) -> bool:
    """Whether one of these responses was said since the customer's message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        said = str((event.get("metadata") or {}).get("utter_action"))
        if event.get("event") == "bot" and said.startswith(beginnings):
            return True
    return False


class ActionAskNumber(Action):
    """Asks for the number, unless what was wrong with the last one has just asked for another."""

    def name(self) -> str:
        """The name that Rasa looks for."""
        return "action_ask_identity_form_phone_number"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if not _told(tracker, ("utter_number_",)):
            dispatcher.utter_message(response="utter_ask_number")
        return []


class ActionAskCode(Action):
    """Asks for the code: says that it was sent only when it just was, and nothing after what was wrong with it."""

    def name(self) -> str:
        """The name that Rasa looks for."""
        return "action_ask_identity_form_sms_code"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if _sent_now(tracker):
            dispatcher.utter_message(response="utter_code_sent")
        elif not _told(tracker, ("utter_code_",)):
            dispatcher.utter_message(response="utter_ask_code")
        return []


def _sent_now(tracker: Tracker) -> bool:
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "slot" and event.get("name") == "identity_claim" and event.get("value"):
            return True
    return False


class ActionRestartIdentity(Action):
    """Inside the form: another code to the same number, or another number. Outside: asks what to put right."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_restart_identity"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if tracker.active_loop.get("name") != "identity_form":
            dispatcher.utter_message(response="utter_correction")
            return []
        claim = claim_of(tracker)
        if tracker.get_intent_of_latest_message() == "resend_code" and claim is not None:
            return await ValidateIdentityForm()._send(dispatcher, tracker, claim["number"])
        return [*CLEARED]
