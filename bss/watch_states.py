"""What is watched at the operator's: when to look again, what is worth telling, when it ends; without a database.

A state is the operator's own word; a visit's has its start behind it (`confirmed 2026-11-23T01:00+00:00`), so that a
visit that was moved is in another state. An outage is `on` or `over`.
"""

from dataclasses import dataclass
from datetime import timedelta

# States of ours: the operator knows no such thing any more; nothing has come of it in the time that it may take.
GONE, EXPIRED = "gone", "expired"
LONGEST_BACK_OFF_SECONDS = 120.0


@dataclass(frozen=True)
class Topic:
    """How one kind of object is watched.

    `shortest` and `longest` bound the pause between two looks and `settling` is that after an event, in seconds: what
    the customer changes in a turn is said in that turn first. `told` are the states worth telling, `final` those that
    never change.
    """

    shortest: float
    longest: float
    lasts: timedelta
    told: frozenset[str]
    final: frozenset[str]
    settling: float = 2.0


TOPICS = {
    "ticket": Topic(
        5,
        300,
        timedelta(days=30),
        told=frozenset({"inProgress", "resolved", "rejected", "cancelled"}),
        final=frozenset({"closed", "rejected", "cancelled"}),
    ),
    "order": Topic(
        2,
        120,
        timedelta(days=30),
        told=frozenset({"completed", "rejected", "failed", "partial", "cancelled"}),
        final=frozenset({"completed", "rejected", "failed", "partial", "cancelled"}),
    ),
    "appointment": Topic(
        5,
        300,
        timedelta(days=30),
        told=frozenset({"confirmed", "cancelled", "failed"}),
        final=frozenset({"completed", "cancelled", "failed"}),
    ),
    "topup": Topic(
        3,
        60,
        timedelta(days=3),
        told=frozenset({"completed", "failed", "cancelled"}),
        final=frozenset({"completed", "failed", "cancelled"}),
    ),
    # The customer waits for the result, and is told when there is none.
    "line_test": Topic(
        1,
        5,
        timedelta(minutes=10),
        told=frozenset({"completed", GONE, EXPIRED}),
        final=frozenset({"completed"}),
        settling=0.0,
    ),
    "outage": Topic(30, 300, timedelta(days=7), told=frozenset({"over"}), final=frozenset({"over"})),
}


def word(state: str) -> str:
    """The operator's word in a state, without the time of a visit."""
    return state.partition(" ")[0]


def is_final(topic: str, state: str) -> bool:
    """Whether nothing more can come after a state."""
    return word(state) in TOPICS[topic].final | {GONE, EXPIRED}


def has_expired(topic: str, age: timedelta) -> bool:
    """Whether something has been watched for as long as it may be."""
    return age >= TOPICS[topic].lasts


def worth_telling(topic: str, before: str | None, after: str) -> bool:
    """Whether a customer who knows `before` (None: only that it was asked for) wants to hear of `after`.

    >>> worth_telling("ticket", None, "acknowledged"), worth_telling("ticket", "inProgress", "resolved")
    (False, True)
    """
    if after == before or word(after) not in TOPICS[topic].told:
        return False
    # A visit is booked as confirmed: that it is, was said then.
    return not (topic == "appointment" and before is None and word(after) == "confirmed")


def pause(topic: str, age: timedelta, failures: int, chance: float) -> float:
    """Seconds until the next look: a tenth of the age within the topic's bounds, doubled by each failure in a row.

    `chance` in [0, 1) takes up to a quarter off, so that what began together does not stay together.

    >>> pause("ticket", timedelta(), 0, 0.0), pause("ticket", timedelta(minutes=10), 0, 0.0)
    (5.0, 60.0)
    """
    kind = TOPICS[topic]
    seconds = min(kind.longest, max(kind.shortest, age.total_seconds() / 10))
    if failures:
        seconds = max(seconds, min(LONGEST_BACK_OFF_SECONDS, kind.shortest * 2.0 ** min(failures, 16)))
    return seconds * (1 - chance / 4)
