"""A proposal's way from an agent's hand to an order, as values, without a database.

asked → confirmed: the customer pressed yes, and the order is on its way. asked → declined: they pressed no. asked →
withdrawn: the agent took it back, put another in its place, or ended the chat. asked → expired: nobody pressed in time.
confirmed → failed: the operator refused the order.
"""

from datetime import datetime, timedelta

ASKED, CONFIRMED, DECLINED = "asked", "confirmed", "declined"
WITHDRAWN, EXPIRED, FAILED = "withdrawn", "expired", "failed"

# (state, what happens) -> state. What is not here is refused.
MOVES = {
    (ASKED, "yes"): CONFIRMED,
    (ASKED, "no"): DECLINED,
    (ASKED, "withdrawn"): WITHDRAWN,
    (ASKED, "lapsed"): EXPIRED,
    (CONFIRMED, "refused"): FAILED,
}
# What was put to a customer holds for so long.
HOLDS = timedelta(minutes=15)


class IllegalMove(Exception):
    """What was asked for is not possible in the proposal's state."""


def moved(state: str, event: str) -> str:
    """The state after an event. Raises IllegalMove."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise IllegalMove(f"{event} is not possible for what is {state}") from None


def lapsed(state: str, asked: datetime, now: datetime, *, over: bool) -> bool:
    """Whether it can no longer be answered: its time is up, or the chat is `over`."""
    return state == ASKED and (over or now - asked >= HOLDS)
