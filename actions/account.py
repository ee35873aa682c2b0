"""What every action that reads an account shares: identity first, then the answer, then a fresh token."""

import logging
from abc import ABC, abstractmethod

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bss.errors import BssError, ContractBroken, Unavailable
from common.identity import Identity, InvalidIdentity, issue_identity, read_identity

logger = logging.getLogger(__name__)

Params = dict[str, str]


def entity(tracker: Tracker, name: str) -> str | None:
    """The first value of an entity in the customer's last message."""
    return next((str(value) for value in tracker.get_latest_entity_values(name)), None)


def identity_of(tracker: Tracker) -> Identity | None:
    """The customer whom this conversation has verified, or None. The slot alone proves nothing: its seal does."""
    token = tracker.get_slot("identity_token")
    if not isinstance(token, str):
        return None
    try:
        return read_identity(token, tracker.sender_id)
    except InvalidIdentity:
        return None


class AccountAction(Action, ABC):
    """Answers from the account of a verified customer; asks for identity when it is missing or another number's."""

    # Entities of the request that must survive the detour through the identity form.
    entities: tuple[str, ...] = ()

    @abstractmethod
    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """Says the answer. May raise BssError: the caller says that instead."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Begins a request: what it is about is in the customer's last message."""
        found = {name: entity(tracker, name) for name in self.entities}
        return await self.serve(
            dispatcher, tracker, {name: value for name, value in found.items() if value is not None}
        )

    async def serve(self, dispatcher: CollectingDispatcher, tracker: Tracker, params: Params) -> list[EventType]:
        """Answers, or lets the request wait until the customer has said who they are."""
        identity = identity_of(tracker)
        asked_number = entity(tracker, "phone_number")
        waiting = SlotSet("pending_request", {"action": self.name(), "params": params})
        if identity is None or asked_number not in (None, identity.number):
            return [waiting, SlotSet("identity_token", None), FollowupAction("identity_form")]
        fresh = SlotSet("identity_token", issue_identity(identity))
        try:
            await self.answer(dispatcher, tracker, identity, params)
        except BssError as error:
            logger.warning("%s could not answer: %s: %s", self.name(), type(error).__name__, error)
            dispatcher.utter_message(response=error.response)
            # What may go well at another time waits for "再试一次".
            again = isinstance(error, Unavailable | ContractBroken)
            return [fresh, waiting if again else SlotSet("pending_request", None)]
        return [fresh, SlotSet("pending_request", None)]
