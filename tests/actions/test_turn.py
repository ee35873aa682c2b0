import asyncio
import threading
import time

import pytest

from actions.turn import QUESTION_SECONDS, in_turn, in_turn_with_question, message_id, seconds_left
from bss.http import remaining
from common.settings import settings
from tests.actions.talk import tracker


def test_the_deadline_is_the_desks_but_never_longer_than_a_turn() -> None:
    assert seconds_left(tracker(metadata={"deadline": time.time() + 1})) <= 1
    assert seconds_left(tracker(metadata={"deadline": time.time() + 1000})) == settings().turn_seconds
    assert seconds_left(tracker(metadata={"deadline": time.time() - 1})) == 0


@pytest.mark.parametrize("metadata", [{}, {"deadline": None}, {"deadline": "soon"}])
def test_without_a_deadline_a_turn_has_its_usual_time(metadata: dict[str, object]) -> None:
    assert seconds_left(tracker(metadata=metadata)) == settings().turn_seconds


def test_a_message_has_an_id_that_a_repetition_repeats() -> None:
    assert message_id(tracker(message_id="m1")) == "m1"


async def test_blocking_work_runs_in_a_thread_under_the_turns_deadline() -> None:
    def work(factor: int) -> tuple[float, bool]:
        return remaining() * factor, threading.current_thread() is threading.main_thread()

    left, blocking = await in_turn(tracker(metadata={"deadline": time.time() + 1}), work, 1)

    assert 0 < left <= 1
    assert blocking is False


async def test_what_may_end_in_a_question_leaves_time_to_put_it() -> None:
    left = await in_turn_with_question(tracker(metadata={"deadline": time.time() + 1}), remaining)

    assert 0 < left <= 1 - QUESTION_SECONDS


async def test_two_actions_work_at_the_same_time() -> None:
    together = threading.Barrier(2)

    def work() -> bool:
        together.wait(10)
        return True

    assert await asyncio.gather(in_turn(tracker(), work), in_turn(tracker(), work)) == [True, True]
