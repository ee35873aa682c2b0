"""How a request to the operator gets from written down to done: states, moves and pauses, without a database.

waiting → done: the operator answered. waiting → waiting: it did not, and is asked again later. waiting → stuck: it
refused, or was asked often enough; a person must look, who has it sent again (waiting), settles it by hand (done) or
withdraws it.
"""

from dataclasses import dataclass

WAITING, DONE, STUCK, WITHDRAWN = "waiting", "done", "stuck", "withdrawn"

# (state, what happens) -> state. What is not here is refused.
MOVES = {
    (WAITING, "answered"): DONE,
    (WAITING, "failed"): WAITING,
    (WAITING, "exhausted"): STUCK,
    (WAITING, "refused"): STUCK,
    (STUCK, "retried"): WAITING,
    (STUCK, "settled"): DONE,
    (STUCK, "withdrawn"): WITHDRAWN,
    (WITHDRAWN, "withdrawn"): WITHDRAWN,
}
# States in which nothing more will be sent or read, so that the customer's words can go.
OVER = frozenset({DONE, WITHDRAWN})

# Ten hours or so: longer than a night's maintenance.
TRIES_UNAVAILABLE = 300
# A system that answers with nonsense will do so again; a person should know within minutes.
TRIES_BROKEN = 10
LONGEST_PAUSE_SECONDS = 120.0


class IllegalMove(Exception):
    """What was asked for is not possible in the request's state."""


@dataclass(frozen=True)
class Answered:
    """The operator did it; `number` is its own."""

    number: str


@dataclass(frozen=True)
class Refused:
    """The operator will not do it."""

    code: str
    reason: str


@dataclass(frozen=True)
class Failed:
    """Whether it was done is not known; `tries` is how many of this kind are worth making."""

    reason: str
    tries: int = TRIES_UNAVAILABLE


Outcome = Answered | Refused | Failed


@dataclass(frozen=True)
class Step:
    """Where a request stands after a try; `pause` are the seconds until the next one."""

    state: str
    pause: float = 0.0
    number: str | None = None
    code: str | None = None
    reason: str | None = None


def moved(state: str, event: str) -> str:
    """The state after an event. Raises IllegalMove."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise IllegalMove(f"{event} is not possible for what is {state}") from None


def after(state: str, attempts: int, outcome: Outcome, chance: float) -> Step:
    """What follows from the outcome of try number `attempts`; `chance` in [0, 1) spreads the next tries out."""
    if isinstance(outcome, Answered):
        return Step(moved(state, "answered"), number=outcome.number)
    if isinstance(outcome, Refused):
        return Step(moved(state, "refused"), code=outcome.code, reason=outcome.reason)
    if attempts >= outcome.tries:
        return Step(moved(state, "exhausted"), code="exhausted", reason=outcome.reason)
    return Step(moved(state, "failed"), pause=pause(attempts, chance), reason=outcome.reason)


def pause(attempts: int, chance: float) -> float:
    """Seconds to wait after try number `attempts`: 1, 2, 4 … 120, less up to a half by chance.

    >>> pause(1, 0.0), pause(3, 0.5), pause(50, 0.0)
    (1.0, 3.0, 120.0)
    """
    longest = min(LONGEST_PAUSE_SECONDS, 2.0 ** min(attempts - 1, 16))
    return longest * (1 - chance / 2)
