"""The moves of a request, as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss.outbox_states import (
    DONE,
    LONGEST_PAUSE_SECONDS,
    MOVES,
    OVER,
    STUCK,
    TRIES_BROKEN,
    WAITING,
    WITHDRAWN,
    Answered,
    Failed,
    IllegalMove,
    Refused,
    after,
    moved,
    pause,
)

STATES = [WAITING, DONE, STUCK, WITHDRAWN]
EVENTS = sorted({event for _, event in MOVES})
chances = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_a_move_is_in_the_table_or_refused(state: str, event: str) -> None:
    if (state, event) in MOVES:
        assert moved(state, event) == MOVES[state, event]
    else:
        with pytest.raises(IllegalMove):
            moved(state, event)


def test_what_is_over_stays_over() -> None:
    assert {state for (state, _), to in MOVES.items() if to != state or state not in OVER} == set(STATES) - OVER


def test_every_state_is_reached_from_the_first() -> None:
    reached = {WAITING}
    for _ in STATES:
        reached |= {to for (state, _), to in MOVES.items() if state in reached}
    assert reached == set(STATES)


@given(st.integers(1, 1000), chances)
def test_an_answer_ends_it_with_the_operators_number(attempts: int, chance: float) -> None:
    step = after(WAITING, attempts, Answered("TT1"), chance)
    assert (step.state, step.number, step.code) == (DONE, "TT1", None)


@given(st.integers(1, 1000), chances)
def test_a_refusal_needs_a_person_and_says_why(attempts: int, chance: float) -> None:
    step = after(WAITING, attempts, Refused("slotTaken", "full"), chance)
    assert (step.state, step.number, step.code, step.reason) == (STUCK, None, "slotTaken", "full")


@given(st.integers(1, 1000), st.integers(1, 300), chances)
def test_a_failure_is_tried_again_until_its_tries_are_used_up(attempts: int, tries: int, chance: float) -> None:
    step = after(WAITING, attempts, Failed("timeout", tries), chance)
    assert step.state == (STUCK if attempts >= tries else WAITING)
    assert step.reason == "timeout"
    assert (step.pause > 0) == (step.state == WAITING)


def test_nonsense_gets_a_person_sooner_than_silence() -> None:
    assert Failed("").tries > 10 * TRIES_BROKEN


@given(st.integers(1, 10_000), chances, chances)
def test_pauses_grow_and_are_bounded_and_spread(attempts: int, one: float, other: float) -> None:
    assert 0.5 <= pause(attempts, one) <= LONGEST_PAUSE_SECONDS
    assert pause(attempts + 1, 0) >= pause(attempts, 0)
    assert (pause(attempts, one) < pause(attempts, other)) <= (one > other)


def test_all_tries_last_longer_than_a_night_of_maintenance() -> None:
    assert sum(pause(attempt, 0.5) for attempt in range(1, Failed("").tries)) > 6 * 3600
