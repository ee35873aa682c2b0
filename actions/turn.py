"""What an action needs of the turn it runs in: the deadline, the message's id, and threads for calls that block."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from rasa_sdk import Tracker

from bss.http import turn
from common.settings import settings

P = ParamSpec("P")
T = TypeVar("T")

# What Rasa needs to have a form put its question, on a busy machine.
QUESTION_SECONDS = 0.5


def message_id(tracker: Tracker) -> str:
    """The id of the customer's message: with the action's name it makes a key that a repeated turn repeats."""
    return str(tracker.latest_message.get("message_id") or f"{tracker.sender_id}-{len(tracker.events)}")


def seconds_left(tracker: Tracker) -> float:
    """Seconds until the turn's deadline, which the desk sets when the message arrives."""
    metadata = tracker.latest_message.get("metadata") or {}
    limit = settings().turn_seconds
    deadline = metadata.get("deadline")
    if not isinstance(deadline, int | float):
        return limit
    return max(0.0, min(limit, deadline - time.time()))


async def in_turn(tracker: Tracker, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs a blocking function in a thread; all its calls to operator systems share the turn's deadline."""
    return await _within(seconds_left(tracker), tracker, partial(function, *args, **kwargs))


async def in_turn_with_question(tracker: Tracker, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`in_turn` for what may end in a question, which takes Rasa further rounds: they have to fit into the turn."""
    return await _within(seconds_left(tracker) - QUESTION_SECONDS, tracker, partial(function, *args, **kwargs))


async def _within(seconds: float, tracker: Tracker, function: Callable[[], T]) -> T:
    def run() -> T:
        with turn(seconds, message_id(tracker)):
            return function()

    return await asyncio.to_thread(run)


def answered_already(tracker: Tracker, form: str) -> bool:
    """Whether another action has dealt with the message, so that the form only has to ask again."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") != form:
            return True
    return False
