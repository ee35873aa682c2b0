"""A journey driven turn by turn without Rasa: its action, the form's reading of answers, and its questions."""

import json
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.journey import Journey
from actions.journey_form import ActionAskJourney, ValidateJourneyForm
from actions.talk import State
from tests.actions.talk import Turn, tracker, verified


class Talker:
    """One customer in one journey. Each call returns what the customer then reads, and keeps the slots."""

    def __init__(self, journey: Journey, number: str | None = None) -> None:
        self.journey = journey
        self.slots: dict[str, Any] = dict(verified(number)) if number else {}
        self.turn = Turn([], [], {})

    @property
    def state(self) -> State | None:
        """The journey as its slot has it; None when it is over."""
        kept = self.slots.get("journey")
        return State.read(kept) if kept else None

    @property
    def open(self) -> str | None:
        """The response of the open question."""
        return self.state.ask.response if self.state and self.state.ask else None

    @property
    def buttons(self) -> dict[str, str]:
        """Title and payload of the buttons below the last question."""
        last = self.turn.said[-1]
        return {button["title"]: button["payload"] for button in last.get("buttons") or []}

    async def begin(self, text: str = "", intent: str | None = None, **entities: str) -> Turn:
        """The first sentence."""
        on = tracker(text, intent or self.journey.about, entities=entities, slots=self.slots)
        return await self._do(self.journey.run, on)

    async def say(self, text: str, intent: str = "nlu_fallback", confidence: float = 0.9, **entities: str) -> Turn:
        """A sentence in the middle."""
        on = tracker(text, intent, entities=entities, slots=self.slots, loop="journey_form")
        on.latest_message["intent"]["confidence"] = confidence
        return await self._do(ValidateJourneyForm().run, on)

    async def press(self, title: str) -> Turn:
        """A button of the last question."""
        intent, _, found = self.buttons[title].removeprefix("/").partition("{")
        entities = json.loads("{" + found) if found else {}
        return await self.say(self.buttons[title], intent, 1.0, **entities)

    async def _do(self, run: Any, on: Any) -> Turn:
        dispatcher = CollectingDispatcher()
        events = list(await run(dispatcher, on, {}))
        self.slots = Turn([], events, self.slots).slots
        if self.open is not None:
            on = tracker(slots=self.slots, loop="journey_form")
            await ActionAskJourney().run(dispatcher, on, {})
        self.turn = Turn(dispatcher.messages, events, self.slots)
        assert all(self.turn.texts)
        return self.turn
