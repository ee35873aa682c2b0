"""What every action that reads an account shares: identity first, then the answer, then a fresh token."""

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.bound import READS, meant_by, reader, still_theirs, token_of
from actions.turn import in_turn
from bss import inventory
from bss.errors import BssError, ContractBroken, Unavailable
from common.binding import OPENID, UNBIND, order_unbinding
from common.identity import Identity, issue_identity
from common.masking import mask_number

logger = logging.getLogger(__name__)

Params = dict[str, str]

# What names a line; a mobile number beside an account or a landline is where to ring.
LINES = ("broadband_account", "landline_number", "phone_number")
# A number in such a message is that of whoever rang.
ABOUT_OTHERS = {"complain_spam", "report_spam"}


def entity(tracker: Tracker, name: str) -> str | None:
    """The first value of an entity in the customer's last message."""
    return next((str(value) for value in tracker.get_latest_entity_values(name)), None)


def named_line(tracker: Tracker) -> str | None:
    """The number or account of the line that the customer's last message is about, if it names one."""
    if not tracker.active_loop.get("name") and tracker.get_intent_of_latest_message() in ABOUT_OTHERS:
        return None
    return next((number for name in LINES if (number := entity(tracker, name)) is not None), None)


def identity_of(tracker: Tracker) -> Identity | None:
    """The customer whom this conversation has verified, or None. The slot alone proves nothing: its seal does.

    A number that is only bound to a WeChat account is not verified: it is enough for `actions.bound.READS` alone.
    """
    identity = token_of(tracker)
    return None if identity is None or identity.method == OPENID else identity


class AccountAction(Action, ABC):
    """Answers from the account of a verified customer; asks for identity when it is missing or another number's."""

    # Entities of the request that must survive the detour through the identity form.
    entities: tuple[str, ...] = ()

    @abstractmethod
    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> list[EventType] | None:
        """Says the answer; returns events of its own, if any. May raise BssError: the caller says that instead."""

    def params(self, tracker: Tracker) -> Params:
        """What the customer's last message asks for."""
        found = {name: entity(tracker, name) for name in self.entities}
        return {name: value for name, value in found.items() if value is not None}

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Begins a request: what it is about is in the customer's last message."""
        params = self.params(tracker)
        own = {"action": self.name(), "params": params}
        # A second request of the same sentence waits behind the first, and what was promised for after a journey waits
        # on through a question in between; any other request takes the place of what waits.
        keeps = (tracker.latest_message.get("metadata") or {}).get("also") or tracker.get_slot("journey")
        earlier = [entry for entry in waiting_requests(tracker) if keeps and entry != own]
        identity = await self._proven(tracker) or self.remembered(tracker)
        if identity is None:
            later = []
            if identity_of(tracker) is None and isinstance(journey := tracker.get_slot("journey"), dict):
                # Time ran out in the middle of a journey: it goes on behind this request, if the number is the same.
                later = [{"action": journey["name"], "params": {"journey": journey}}]
            waiting = SlotSet("pending_request", [*earlier, own, *later])
            # A journey for one number is not to go on under another.
            unknown = [SlotSet("identity_token", None), SlotSet("journey", None)]
            return [waiting, *unknown, FollowupAction("identity_form")]
        events, done = await self.attempt(dispatcher, tracker, identity, params)
        waiting = SlotSet("pending_request", earlier if done else [*earlier, own])
        return [*renewed(tracker, identity), waiting, *events]

    async def _proven(self, tracker: Tracker) -> Identity | None:
        """The identity to answer with: that of the line which the message names, if it names one.

        A code to the number that a broadband, television or fixed line is bound to is that line's own proof, whether
        it was sent for the one or the other. A mobile number always needs a proof of its own, and so does any other
        line while a journey is under way, which belongs to one.
        """
        identity, number = identity_of(tracker), named_line(tracker)
        if identity is None or number in (None, identity.number):
            return identity
        if identity.method != "sms_code" or tracker.get_slot("journey") is not None:
            return None
        try:
            line = await in_turn(tracker, inventory.line, number)
        except BssError:
            # The form will find out, and say so.
            return None
        if line.kind == "mobile" or line.contact != identity.number:
            return None
        return Identity(line.number, identity.conversation, "contact_code")

    def remembered(self, tracker: Tracker) -> Identity | None:
        """The bound number that the request is about, where that is enough to answer it."""
        bound = meant_by(tracker, named_line(tracker)) if self.name() in READS else None
        return None if bound is None else reader(tracker, bound)

    async def attempt(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> tuple[list[EventType], bool]:
        """Answers, or says why not: the events, and False when "再试一次" may go better."""
        try:
            if identity.method == OPENID and self.name() not in READS:
                return [FollowupAction("identity_form")], False
            if identity.method == OPENID and not await still_theirs(tracker, identity):
                return over(dispatcher, tracker, identity), False
            return await self.answer(dispatcher, tracker, identity, params) or [], True
        except BssError as error:
            logger.warning("%s could not answer: %s: %s", self.name(), type(error).__name__, error)
            dispatcher.utter_message(response=error.response)
            return [], not isinstance(error, Unavailable | ContractBroken)


def renewed(tracker: Tracker, identity: Identity) -> list[EventType]:
    """A fresh token of an identity that was used. One that is only bound does not take the place of a verified one."""
    if identity.method == OPENID and identity_of(tracker) is not None:
        return []
    return [SlotSet("identity_token", issue_identity(identity))]


def over(dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity) -> list[EventType]:
    """Has the desk unbind a number that has ended or has another owner now; the customer proves who they are."""
    order = {UNBIND: order_unbinding(tracker.sender_id, identity.number)}
    dispatcher.utter_message(response="utter_bound_over", json_message=order, number=mask_number(identity.number))
    return [SlotSet("identity_token", None), FollowupAction("identity_form")]


def waiting_requests(tracker: Tracker) -> list[dict[str, Any]]:
    """The requests that wait for an identity or for another try: `{action, params}`, oldest first."""
    waiting = tracker.get_slot("pending_request")
    return [dict(entry) for entry in waiting] if isinstance(waiting, list) else []
