from datetime import timedelta
from itertools import product

import pytest

from common.times import utc_now
from desk.proposal_states import (
    ASKED,
    CONFIRMED,
    DECLINED,
    EXPIRED,
    FAILED,
    HOLDS,
    MOVES,
    WITHDRAWN,
    IllegalMove,
    lapsed,
    moved,
)

STATES = (ASKED, CONFIRMED, DECLINED, WITHDRAWN, EXPIRED, FAILED)
EVENTS = ("yes", "no", "withdrawn", "lapsed", "refused")


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)))
def test_a_move_is_in_the_table_or_refused(state: str, event: str) -> None:
    if (state, event) in MOVES:
        assert moved(state, event) in STATES
    else:
        with pytest.raises(IllegalMove):
            moved(state, event)


def test_what_was_answered_or_taken_back_is_never_answered_again() -> None:
    assert {state for (state, event) in MOVES if event in {"yes", "no"}} == {ASKED}


def test_an_order_comes_of_a_yes_alone() -> None:
    assert {key for key, state in MOVES.items() if state == CONFIRMED} == {(ASKED, "yes")}


@pytest.mark.parametrize(
    ("state", "age", "over", "gone"),
    [
        (ASKED, HOLDS - timedelta(seconds=1), False, False),
        (ASKED, HOLDS, False, True),
        (ASKED, timedelta(0), True, True),
        (CONFIRMED, HOLDS * 2, True, False),
    ],
)
def test_a_question_holds_for_a_quarter_of_an_hour_and_while_the_chat_goes_on(
    state: str, age: timedelta, over: bool, gone: bool
) -> None:
    now = utc_now()

    assert lapsed(state, now - age, now, over=over) is gone
