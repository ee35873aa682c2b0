"""Proving who somebody is: the line, a one-time code or its service password, then a token for this conversation."""

import re

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity, named_line, waiting_requests
from actions.bound import READS, meant_by, pressed, reader
from actions.claim import PAUSES, Claim, claim_of, contact_of, send
from actions.turn import answered_already, in_turn, message_id
from bss import codes, passwords
from bss.errors import BssError, NotFound, Rejected
from common.binding import Bound
from common.identity import Identity, issue_identity
from common.masking import mask_number

CLEARED: list[EventType] = [
    SlotSet("phone_number", None),
    SlotSet("sms_code", None),
    SlotSet("identity_claim", None),
]
LEAVE_FORM = SlotSet("requested_slot", None)
# Keeps the form at its question.
UNPROVEN: list[EventType] = [SlotSet("sms_code", None)]
# Requests of people whose phone is in other hands, or takes no card: no code goes to it unless they wish so.
WITHOUT_PHONE = {"suspend_resume_lost", "puk_code"}
# What keeps a code from arriving, as the extractor names it.
NO_MESSAGES = {"sms_failure", "no_signal"}
# Where a code is waited for, 没收到 is about the code, whatever it is about elsewhere.
_NOT_ARRIVED = re.compile(r"(?:没有?|未)(?:收到|接到|来|到(?!账))|[收接]不到|等不到")


class ValidateIdentityForm(Action):
    """Decides what the customer's message means to the identity form.

    No event is returned for a message that is neither number nor proof: Rasa then lets the rule of its intent answer,
    and the form asks again afterwards. Slots hold a masked number and a sealed claim, never number, code or password.
    """

    def name(self) -> str:
        """The name that Rasa looks for."""
        return "validate_identity_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        activating = not tracker.active_loop.get("name")
        if not activating and answered_already(tracker, "identity_form"):
            return []
        number = named_line(tracker)
        bound = bound_meant(tracker, number, activating=activating)
        if bound is not None and all(entry.get("action") in READS for entry in waiting_requests(tracker)):
            token = issue_identity(reader(tracker, bound))
            return [*CLEARED, SlotSet("identity_token", token), LEAVE_FORM]
        number = number if bound is None else bound.number
        if number is not None:
            return await _send(dispatcher, tracker, number, to_contact=_without_phone(tracker))
        text = str(tracker.latest_message.get("text") or "")
        # The digits of a button or an event were not typed: what is typed never begins with a slash.
        if activating or text.startswith("/"):
            return []
        digits = len(re.findall(r"\d", text))
        if tracker.get_slot("requested_slot") == "sms_code":
            code = entity(tracker, "code")
            if code is not None or digits >= 3:
                # The desk forgets what was typed; a slip of the finger tells most of a secret too.
                dispatcher.utter_message(json_message={"secret": True})
                return await _prove(dispatcher, tracker, code)
            return await _instead_of_proof(dispatcher, tracker)
        if digits >= 5:
            dispatcher.utter_message(response="utter_number_invalid")
            return [SlotSet("phone_number", None)]
        return []


def bound_meant(tracker: Tracker, number: str | None, *, activating: bool) -> Bound | None:
    """The bound number that the form is about: named, its button pressed, or the only one when the form begins."""
    if number is not None or activating:
        return meant_by(tracker, number)
    return pressed(tracker)


class ActionRestartIdentity(Action):
    """Inside the form: another code, another proof, or another number. Outside: asks what to put right."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_restart_identity"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if tracker.active_loop.get("name") != "identity_form":
            dispatcher.utter_message(response="utter_correction")
            return []
        intent, claim = tracker.get_intent_of_latest_message(), claim_of(tracker)
        if claim is None or intent in {"change_number", "correction"}:
            return [*CLEARED]
        if intent == "use_password":
            return [*UNPROVEN, Claim(claim.number).slot()]
        to_contact = intent == "use_contact" or (intent == "resend_code" and claim.at_contact)
        return await _send(dispatcher, tracker, claim.number, to_contact=to_contact)


def _without_phone(tracker: Tracker) -> bool:
    return any((entry.get("params") or {}).get("intent") in WITHOUT_PHONE for entry in waiting_requests(tracker))


async def _instead_of_proof(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """What belongs to the form although it proves nothing: "用服务密码吧", "我收不到短信"."""
    intent, claim = tracker.get_intent_of_latest_message(), claim_of(tracker)
    if claim is None:
        return []
    if intent == "service_password":
        return [*UNPROVEN, Claim(claim.number).slot()]
    unreached = _NOT_ARRIVED.search(str(tracker.latest_message.get("text") or ""))
    if unreached or intent == "report_fault_mobile" or entity(tracker, "phenomenon") in NO_MESSAGES:
        await _offer_ways(dispatcher, tracker, claim)
        return [*UNPROVEN]
    return []


async def _offer_ways(dispatcher: CollectingDispatcher, tracker: Tracker, claim: Claim) -> None:
    """Says what somebody can do whom the code does not reach."""
    try:
        contact = await in_turn(tracker, contact_of, claim.number)
    except BssError:
        contact = None
    if contact is None or contact == claim.to:
        dispatcher.utter_message(response="utter_code_other_ways")
    else:
        dispatcher.utter_message(response="utter_code_other_ways_contact", contact=mask_number(contact))


async def _send(
    dispatcher: CollectingDispatcher, tracker: Tracker, number: str, *, to_contact: bool = False
) -> list[EventType]:
    key = f"{message_id(tracker)}:send_code"
    try:
        claim = await in_turn(tracker, send, number, key, to_contact=to_contact)
    except NotFound:
        dispatcher.utter_message(response="utter_number_unknown", number=mask_number(number))
        return [*CLEARED]
    except BssError as error:
        if isinstance(error, Rejected) and error.code in PAUSES:
            dispatcher.utter_message(response="utter_code_paused", minutes=_minutes(error))
            return [*CLEARED, SlotSet("pending_request", None), LEAVE_FORM]
        dispatcher.utter_message(response=error.response)
        return [*CLEARED, LEAVE_FORM]
    if not claim.code and not _without_phone(tracker):
        dispatcher.utter_message(response="utter_number_no_sms", number=mask_number(number))
    return [SlotSet("phone_number", mask_number(number)), *UNPROVEN, claim.slot()]


async def _prove(dispatcher: CollectingDispatcher, tracker: Tracker, typed: str | None) -> list[EventType]:
    """Holds six digits, or None for digits that cannot be right, against the claim."""
    claim = claim_of(tracker)
    if claim is None:
        dispatcher.utter_message(response="utter_number_forgotten")
        return [*CLEARED]
    if typed is None:
        dispatcher.utter_message(response="utter_code_invalid" if claim.code else "utter_password_invalid")
        return [*UNPROVEN]
    try:
        if claim.code:
            await in_turn(tracker, codes.verify, claim.code, typed)
        else:
            await in_turn(tracker, passwords.verify, claim.number, typed)
    except BssError as error:
        return _refused(dispatcher, claim, error)
    method = "service_password" if not claim.code else "contact_code" if claim.at_contact else "sms_code"
    token = issue_identity(Identity(claim.number, tracker.sender_id, method))
    return [*CLEARED, SlotSet("identity_token", token), LEAVE_FORM]


def _refused(dispatcher: CollectingDispatcher, claim: Claim, error: BssError) -> list[EventType]:
    """Says what was wrong with a code or a password; too many codes end the form, too many passwords only these."""
    code = error.code if isinstance(error, Rejected) else None
    if code in {"wrongCode", "wrongPassword"} and isinstance(error, Rejected):
        dispatcher.utter_message(
            response="utter_code_wrong" if claim.code else "utter_password_wrong",
            remaining=str(error.detail.get("remainingTries", "")),
        )
    elif code in PAUSES and isinstance(error, Rejected):
        dispatcher.utter_message(
            response="utter_code_paused" if claim.code else "utter_password_paused", minutes=_minutes(error)
        )
        if claim.code:
            return [*CLEARED, SlotSet("pending_request", None), LEAVE_FORM]
    elif isinstance(error, NotFound) or code == "expired":
        dispatcher.utter_message(
            response="utter_code_expired" if claim.code else "utter_password_none", number=mask_number(claim.number)
        )
    else:
        dispatcher.utter_message(response=error.response)
    return [*UNPROVEN]


def _minutes(error: Rejected) -> str:
    """How long a pause lasts, in whole minutes."""
    seconds = error.detail.get("retryAfterSeconds")
    return str(max(1, -(-int(seconds) // 60))) if isinstance(seconds, int | float) else "15"
