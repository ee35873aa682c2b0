"""A handover's way from wish to end, as values, without a database.

queued → offered: an agent is asked to accept. offered → active: they did. offered → queued: they did not. active →
queued: the agent is gone, or passed it on. active → closed. Whoever waits may leave: cancelled; or be rung: callback.
"""

QUEUED, OFFERED, ACTIVE, CLOSED, CANCELLED, CALLBACK = "queued", "offered", "active", "closed", "cancelled", "callback"

# (state, what happens) -> state. What is not here is refused.
MOVES = {
    (QUEUED, "offered"): OFFERED,
    (QUEUED, "taken"): ACTIVE,
    (QUEUED, "left"): CANCELLED,
    (QUEUED, "call_back"): CALLBACK,
    (OFFERED, "accepted"): ACTIVE,
    (OFFERED, "taken"): ACTIVE,
    (OFFERED, "passed"): QUEUED,
    (OFFERED, "left"): CANCELLED,
    (OFFERED, "call_back"): CALLBACK,
    (ACTIVE, "lost"): QUEUED,
    (ACTIVE, "transferred"): QUEUED,
    (ACTIVE, "taken"): ACTIVE,
    (ACTIVE, "closed"): CLOSED,
}
# The customer waits for a person.
WAITING = frozenset({QUEUED, OFFERED})
# Nothing more will happen.
OVER = frozenset({CLOSED, CANCELLED, CALLBACK})


class IllegalMove(Exception):
    """What was asked for is not possible in the handover's state."""


def moved(state: str, event: str) -> str:
    """The state after an event. Raises IllegalMove."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise IllegalMove(f"{event} is not possible for what is {state}") from None
