"""The turn that is being worked on, as the channel, the action endpoint and the tracker store share it."""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from rasa.shared.core.events import BotUttered, Event, UserUttered


@dataclass
class Turn:
    """One message's way through Rasa.

    `failed` is set where Rasa itself would go on as if nothing had happened: the action server did not answer, or the
    tracker could not be read. Such a turn is not saved, so that it can be tried again from the state before it.
    """

    message_id: str
    failed: bool = False
    # What actions are told of turns that the tracker does not hold any more.
    past: tuple[dict[str, Any], ...] = ()
    answer: list[dict[str, Any]] | None = field(default=None)
    # What a typed text is taken for: {intent, confidence}.
    understood: dict[str, Any] | None = None
    # Nothing was run: the model that is not sure of the text, and the text's vector.
    unsure: dict[str, Any] | None = None


current_turn: ContextVar[Turn | None] = ContextVar("current_turn", default=None)


def intent_of(events: Iterable[Event], message_id: str) -> dict[str, Any]:
    """What a message that is among a tracker's events was taken for: {name, confidence}."""
    found: dict[str, Any] = next(
        event.intent for event in events if isinstance(event, UserUttered) and event.message_id == message_id
    )
    return found


def answer_to(events: Iterable[Event], message_id: str) -> list[dict[str, Any]] | None:
    """What the bot said to a message, from a tracker's events; None when the message is not among them."""
    answer: list[dict[str, Any]] | None = None
    for event in events:
        if isinstance(event, UserUttered):
            if answer is not None:
                break
            if event.message_id == message_id:
                answer = []
        elif isinstance(event, BotUttered) and answer is not None:
            data = event.data or {}
            answer.append(
                {"text": event.text, "buttons": data.get("buttons") or [], "custom": data.get("custom") or {}}
            )
    return answer
