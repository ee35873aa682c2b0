"""A journey's state between turns, and one turn of it: who the customer is, and the means to speak and to act."""

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ParamSpec, TypeVar

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.cards import Row
from actions.handover_context import gathered, wish
from actions.reading import CONTACT, Ask, Option
from actions.turn import in_turn_with_question
from bss import outbox
from bss.errors import BssError
from common.identity import Identity, derived_key, open_sealed
from common.settings import settings

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class State:
    """What a journey keeps between turns, in the slot `journey`; nothing personal is in it unmasked or unsealed.

    `id` is that of the run, its first message's: what a run creates, it creates once. `asked` are the slots of the
    questions so far, oldest first; `failures` how often in a row the open one was not answered; `owner` binds it to
    the number that was verified.
    """

    name: str
    values: dict[str, Any]
    id: str
    ask: Ask | None = None
    ask_id: str = ""
    asked: list[str] = field(default_factory=list)
    failures: int = 0
    owner: str | None = None

    @classmethod
    def of(cls, tracker: Tracker) -> "State | None":
        """The journey that is under way, if any."""
        kept = tracker.get_slot("journey")
        return cls.read(kept) if isinstance(kept, dict) else None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "State":
        """What `written` wrote."""
        state = cls(**kept)
        if isinstance(state.ask, dict):
            options = [Option(**option) for option in state.ask["options"]]
            state.ask = Ask(**{**state.ask, "options": options})
        return state

    def written(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def owner_of(identity: Identity | None) -> str | None:
    """A mark of the number that was verified, from which nobody reads the number."""
    if identity is None:
        return None
    return hmac.new(derived_key("journey-owner"), identity.number.encode(), hashlib.sha256).hexdigest()[:16]


class Talk:
    """One turn of a journey: what is known, who the customer is, and the means to speak and to act."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity | None, state: State):
        self.tracker = tracker
        self.values = state.values
        self._dispatcher = dispatcher
        self._identity = identity
        self._journey = state.name
        self._id = state.id
        self.afterwards: list[dict[str, Any]] = []
        # Set by a journey that must go on under another number: the customer proves that one first.
        self.other_number = False

    @property
    def number(self) -> str:
        """The number that the customer has verified."""
        if self._identity is None:
            raise LookupError("this journey goes without an identity")
        return self._identity.number

    @property
    def verified(self) -> bool:
        """Whether the customer has verified a number."""
        return self._identity is not None

    def unsealed(self, slot: str) -> str:
        """The number that the customer gave at a question for one."""
        return open_sealed(CONTACT, str(self.values[slot]), settings().conversation_seconds)["number"]

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls the operator, within the turn's deadline. Raises BssError."""
        return await in_turn_with_question(self.tracker, function, *args, **kwargs)

    async def attempt(self, otherwise: T, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`call` for what helps but is not needed: `otherwise` when the operator does not tell."""
        try:
            return await self.call(function, *args, **kwargs)
        except BssError as error:
            logger.warning("%s goes on without %s: %s", self._journey, function.__name__, type(error).__name__)
            return otherwise

    def key(self, what: str) -> str:
        """The idempotency key of something that this run of the journey does once; `what` tells it from others.

        Not the message's: one that was cut off after it had created something may end in "try again", and that is
        another message.
        """
        return f"{self._id}:{self._journey}:{what}"

    async def submit(self, request: outbox.Request, what: str) -> outbox.Receipt:
        """Writes a creation down and tries it once; see `bss.outbox.submit`."""
        return await self.call(outbox.submit, request, self.key(what), conversation=self.tracker.sender_id)

    def say(self, response: str, **values: str) -> None:
        """Says a response of `domain.yml`."""
        self._dispatcher.utter_message(response=response, **values)

    def show(
        self,
        response: str,
        *,
        kind: str,
        title: str,
        rows: list[Row],
        amount: str | None = None,
        note: str | None = None,
        **values: str,
    ) -> None:
        """Says a response with a card beside it."""
        card = {"kind": kind, "title": title, "amount": amount, "rows": rows, "note": note}
        self._dispatcher.utter_message(response=response, json_message={"card": card}, **values)

    def hand_over(self, response: str, **facts: str) -> None:
        """Says a response and has the desk bring a person in, who sees `facts` and what the journey has gathered.

        `facts` fill the response's blanks too; `escalation` among them does not wait its turn.
        """
        handover = wish(
            self.tracker,
            self._identity,
            reason="escalation" if "escalation" in facts else "journey",
            intent=self._journey,
            topic=str(self.values.get("intent")),
            urgent="escalation" in facts,
            product_line=self.values.get("product_line"),
            escalation=facts.get("escalation"),
            journey=gathered(self.values) | facts,
        )
        self._dispatcher.utter_message(response=response, json_message={"handover": handover}, **facts)

    def go_on(self, journey: str, params: Mapping[str, Any]) -> None:
        """Has another journey begin when this one ends with the answer to a question."""
        self.afterwards.append({"action": journey, "params": dict(params)})
