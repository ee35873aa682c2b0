"""A journey: a conversation of several steps. What it knows is in `values`; `next` says what to ask, or does it.

Everything that all journeys have in common is here and in `journey_form.py`: filling from the first sentence, questions
in between, corrections, changing one's mind, leaving, trying again, and going on after the identity was asked for anew.
"""

import hashlib
import logging
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params, identity_of, named_line, waiting_requests
from actions.reading import Ask, Option, Said, kept
from actions.talk import State, Talk, owner_of
from actions.turn import message_id
from bss.errors import ContractBroken, NotFound, Rejected, Unavailable
from common.identity import Identity, issue_identity
from common.masking import mask_text
from knowledge_base.content import content, intent_title

logger = logging.getLogger(__name__)

# The slot of the question that asks to try again when the operator did not answer.
RETRY = "retry"


# Every journey, by name: a class enters itself when it is defined.
JOURNEYS: "dict[str, Journey]" = {}


class Journey(AccountAction):
    """A journey that begins with an intent's rule. Its name is that of the action in `domain.yml`."""

    # The intent whose title names it to the customer when the message had no intent of its own.
    about: str
    # False for what anybody may have done for any number.
    needs_identity = True
    # entity -> the slot that it corrects ("不对，是后天上午").
    corrects: Mapping[str, str] = {}
    # What must be asked or looked up anew when the slot is corrected.
    depends: Mapping[str, Sequence[str]] = {}

    def __init_subclass__(cls) -> None:
        journey = cls()
        JOURNEYS[journey.name()] = journey

    @abstractmethod
    async def next(self, talk: Talk) -> Ask | None:
        """What to ask, given `talk.values`; or None when the journey has come to its end, and has said so.

        It is called again with the answer in `values`; it may write further values. What it looks up and needs again
        only in this turn stays out of them. May raise BssError: the customer can try again from where it stood.
        """

    def needs(self, values: Mapping[str, Any]) -> bool:
        """Whether the next step needs a verified number; one that begins without may need it later."""
        return self.needs_identity

    def stopped(self, values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """The response, and its blanks, for a customer who leaves: what was not done, and what was."""
        return "utter_stopped_journey", {"title": self.title(values)}

    def leave(self, talk: Talk) -> None:
        """Says what was not done, where the customer has declined."""
        response, blanks = self.stopped(talk.values)
        talk.say(response, **blanks)

    def title(self, values: Mapping[str, Any]) -> str:
        """How the customer would call it."""
        return intent_title(str(values.get("intent") or self.about)) or intent_title(self.about) or ""

    def params(self, tracker: Tracker) -> Params:
        """The intent, the first value of each entity in `entities`, and the words, masked."""
        message = tracker.latest_message
        words = str(message.get("text") or "")
        said = {} if words.startswith("/") else {"said": mask_text(words)}
        found = {name: kept(name, value) for name, value in super().params(tracker).items()}
        return found | said | {"intent": tracker.get_intent_of_latest_message() or self.about}

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Begins it, puts it behind one that is under way, or takes the place of that."""
        under_way = State.of(tracker)
        metadata = tracker.latest_message.get("metadata") or {}
        if under_way is not None and metadata.get("also"):
            own = {"action": self.name(), "params": self.params(tracker)}
            dispatcher.utter_message(response="utter_next_in_turn", title=self.title(own["params"]))
            return [SlotSet("pending_request", [*waiting_requests(tracker), own])]
        left: list[EventType] = []
        if under_way is not None:
            own = self.params(tracker)
            if under_way.name == self.name() and self.same(under_way.values, own):
                return await self._say_more(dispatcher, tracker, under_way, own)
            response, values = JOURNEYS[under_way.name].stopped(under_way.values)
            dispatcher.utter_message(response=response, **values)
            left = [SlotSet("journey", None)]
            tracker.slots["journey"] = None
        if self.needs_identity:
            return [*left, *await super().run(dispatcher, tracker, domain)]
        return [*left, *await self.answer(dispatcher, tracker, identity_of(tracker), self.params(tracker))]

    async def _say_more(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, state: State, params: Params
    ) -> list[EventType]:
        """The same request again, with other words: what is new in it counts, and the question comes again."""
        for name in self.entities:
            slot = self.corrects.get(name, name)
            if name in params and state.values.get(slot) != params[name]:
                forget(self, state, slot)
                state.values[slot] = params[name]
        identity = identity_of(tracker)
        if self.needs(state.values) and (identity is None or named_line(tracker) not in (None, identity.number)):
            return await super().run(dispatcher, tracker, {})
        return [*await advance(self, dispatcher, tracker, identity, state), FollowupAction("journey_form")]

    def same(self, values: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
        """Whether a request is the one under way in other words, rather than another of its kind."""
        return params.get("intent") in (values.get("intent"), self.about)

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity | None, params: Mapping[str, Any]
    ) -> list[EventType]:
        """Begins with what the first sentence said, or goes on with a state that was kept in `params`."""
        state = State(self.name(), dict(params), message_id(tracker), owner=owner_of(identity))
        kept = params.get("journey")
        if isinstance(kept, dict):
            before = State.read(kept)
            # Another number's: only what the customer said is kept. What began without a number is nobody's.
            mine = before.owner in (None, state.owner)
            kept_state = before if mine else State(self.name(), said_in(self, before), state.id)
            state = replace(kept_state, owner=state.owner)
        events = await advance(self, dispatcher, tracker, identity, state)
        return [*events, FollowupAction("journey_form")] if state.ask is not None else events


def said_in(journey: Journey, state: State) -> dict[str, Any]:
    """What the customer has said, without what was made of it."""
    return {name: state.values[name] for name in ("intent", "said", *journey.entities) if name in state.values}


def forget(journey: Journey, state: State, slot: str) -> None:
    """Drops an answer, and what was made of it."""
    for name in (slot, *journey.depends.get(slot, ())):
        state.values.pop(name, None)


async def advance(
    journey: Journey, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity | None, state: State
) -> list[EventType]:
    """Lets a journey take its next step; afterwards `state.ask` is the open question, None at the end."""
    talk = Talk(dispatcher, tracker, identity, state)
    state.failures = 0
    try:
        state.ask = await journey.next(talk)
    except (Unavailable, ContractBroken) as error:
        logger.warning("%s could not go on: %s: %s", journey.name(), type(error).__name__, error)
        state.ask = Ask(RETRY, "utter_journey_unavailable", [option("retry"), option("human")])
    except (NotFound, Rejected) as error:
        logger.warning("%s was refused: %s: %s", journey.name(), type(error).__name__, error)
        dispatcher.utter_message(response=error.response)
        state.ask = None
    if talk.other_number:
        waiting = {"action": journey.name(), "params": said_in(journey, state)}
        pending = SlotSet("pending_request", [waiting, *waiting_requests(tracker)])
        return [SlotSet("identity_token", None), SlotSet("journey", None), pending]
    events: list[EventType] = []
    if identity is not None:
        events.append(SlotSet("identity_token", issue_identity(identity)))
    if state.ask is None:
        if talk.afterwards:
            events.append(SlotSet("pending_request", [*talk.afterwards, *waiting_requests(tracker)]))
        return [*events, SlotSet("journey", None)]
    if state.ask.slot not in state.asked:
        state.asked.append(state.ask.slot)
    # A button belongs to one question: pressed later, or twice, it must not answer another.
    state.ask_id = hashlib.sha256(f"{message_id(tracker)}:{state.ask.slot}".encode()).hexdigest()[:8]
    return [*events, SlotSet("journey", state.written())]


def option(value: str, **blanks: str) -> Option:
    """The option with this value, as `content/options.yml` titles it."""
    title = str(content("options")["titles"][value])
    return Option(title.format(**blanks) if blanks else title, value)


def options(*values: str) -> list[Option]:
    """Several of them."""
    return [option(value) for value in values]


def said_now(tracker: Tracker) -> Said:
    """The customer's last message."""
    message = tracker.latest_message
    intent = message.get("intent") or {}
    entities = [(str(entry.get("entity")), str(entry.get("value"))) for entry in message.get("entities") or []]
    # A place that was shared may be the address that was asked for.
    place = next((value for name, value in entities if name == "place"), None)
    chosen = next((value for name, value in entities if name == "value"), None)
    return Said(
        text=str(message.get("text") or "") if place is None else place,
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        entities=entities,
        chosen=chosen if intent.get("name") == "answer" else None,
    )
