"""When to look again, what to tell and when to end, as values."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss.watch_states import (
    EXPIRED,
    GONE,
    LONGEST_BACK_OFF_SECONDS,
    TOPICS,
    has_expired,
    is_final,
    pause,
    worth_telling,
)

topics = st.sampled_from(sorted(TOPICS))
ages = st.timedeltas(timedelta(), timedelta(days=40))
chances = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("topic", "before", "after", "told"),
    [
        ("ticket", None, "acknowledged", False),
        ("ticket", None, "inProgress", True),
        ("ticket", "acknowledged", "resolved", True),
        ("ticket", "resolved", "resolved", False),
        ("ticket", "resolved", "inProgress", True),
        ("ticket", "resolved", "closed", False),
        ("order", None, "completed", True),
        ("order", "acknowledged", "inProgress", False),
        ("appointment", None, "confirmed 2026-11-23T01:00+00:00", False),
        ("appointment", "confirmed 2026-11-23T01:00+00:00", "confirmed 2026-11-24T01:00+00:00", True),
        ("appointment", "initialized 2026-11-23T01:00+00:00", "confirmed 2026-11-23T01:00+00:00", True),
        ("appointment", None, "cancelled 2026-11-23T01:00+00:00", True),
        ("appointment", "confirmed 2026-11-23T01:00+00:00", "completed 2026-11-23T01:00+00:00", False),
        ("topup", None, "completed", True),
        ("topup", None, "created", False),
        ("line_test", None, "inProgress", False),
        ("line_test", None, "completed", True),
        ("line_test", None, EXPIRED, True),
        ("line_test", None, GONE, True),
        ("outage", "on", "over", True),
        ("ticket", "inProgress", GONE, False),
        ("ticket", "inProgress", EXPIRED, False),
    ],
)
def test_what_a_customer_wants_to_hear_of(topic: str, before: str | None, after: str, told: bool) -> None:
    assert worth_telling(topic, before, after) is told


@given(topics, st.text(max_size=8))
def test_a_state_that_is_known_is_never_told_again(topic: str, state: str) -> None:
    assert not worth_telling(topic, state, state)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_comes_to_an_end(topic: str) -> None:
    assert is_final(topic, GONE)
    assert is_final(topic, EXPIRED)
    assert all(is_final(topic, state) for state in TOPICS[topic].final)
    assert not has_expired(topic, TOPICS[topic].lasts - timedelta(seconds=1))
    assert has_expired(topic, TOPICS[topic].lasts)


def test_a_resolved_ticket_may_still_change() -> None:
    assert not is_final("ticket", "resolved")
    assert is_final("appointment", "cancelled 2026-11-23T01:00+00:00")


@given(topics, ages, st.integers(0, 10_000), chances)
def test_a_pause_stays_within_its_bounds(topic: str, age: timedelta, failures: int, chance: float) -> None:
    kind = TOPICS[topic]
    longest = kind.longest if failures == 0 else max(kind.longest, LONGEST_BACK_OFF_SECONDS)

    assert kind.shortest * 0.75 <= pause(topic, age, failures, chance) <= longest


@given(topics, ages, ages, st.integers(0, 30))
def test_what_is_older_or_fails_more_is_looked_at_less(
    topic: str, one: timedelta, other: timedelta, fails: int
) -> None:
    younger, older = sorted((one, other))

    assert pause(topic, younger, fails, 0.0) <= pause(topic, older, fails, 0.0)
    assert pause(topic, older, fails, 0.0) <= pause(topic, older, fails + 1, 0.0)
