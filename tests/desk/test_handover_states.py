"""The moves of a handover, as values."""

import pytest

from desk.handover_states import MOVES, OVER, IllegalMove, moved

STATES = sorted({state for state, _ in MOVES} | set(MOVES.values()))
EVENTS = sorted({event for _, event in MOVES})


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_a_move_is_in_the_table_or_refused(state: str, event: str) -> None:
    if (state, event) in MOVES:
        assert moved(state, event) == MOVES[state, event]
    else:
        with pytest.raises(IllegalMove):
            moved(state, event)


def test_what_is_over_stays_over() -> None:
    assert not [state for state, _ in MOVES if state in OVER]


def test_every_state_leads_to_an_end() -> None:
    for state in STATES:
        reached = {state}
        while not reached & OVER:
            further = reached | {after for (before, _), after in MOVES.items() if before in reached}
            assert further != reached, state
            reached = further
