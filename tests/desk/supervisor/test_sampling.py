import dataclasses
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.supervisor.sampling import Ended, Rules, lot, sample

RULES = Rules(share=0.2, score_at_most=2, minutes=20, transfers=2)
DAY = date(2026, 11, 26)
ENDED = st.lists(
    st.builds(
        Ended,
        id=st.integers(1, 10_000),
        agent=st.integers(1, 5),
        minutes=st.floats(0, 60),
        score=st.none() | st.integers(1, 5),
        escalated=st.booleans(),
        transfers=st.integers(0, 4),
    ),
    unique_by=lambda one: one.id,
    max_size=60,
)


def plain(*ids: int, agent: int = 1) -> list[Ended]:
    return [Ended(id=one, agent=agent, minutes=5, score=5) for one in ids]


@given(ENDED, st.randoms())
def test_everybody_sees_the_same_chats(ended: list[Ended], random: object) -> None:
    shuffled = list(ended)
    random.shuffle(shuffled)

    assert sample(shuffled, DAY, RULES) == sample(ended, DAY, RULES)


@given(ENDED)
def test_every_agent_has_one_drawn_by_lot(ended: list[Ended]) -> None:
    chosen = sample(ended, DAY, RULES)

    drawn = {one.agent for one in ended if "random" in chosen.get(one.id, ())}
    assert drawn == {one.agent for one in ended}


@given(ENDED, ENDED)
def test_what_is_drawn_for_an_agent_does_not_depend_on_others(ended: list[Ended], others: list[Ended]) -> None:
    more = [dataclasses.replace(one, id=one.id + 10_000, agent=9) for one in others]

    chosen = sample([*ended, *more], DAY, RULES)

    assert {one: why for one, why in chosen.items() if one <= 10_000} == sample(ended, DAY, RULES)


@given(st.sets(st.integers(1, 10_000), min_size=1, max_size=80), st.sets(st.integers(10_001, 20_000), max_size=80))
def test_what_was_drawn_stays_drawn_when_more_chats_end(before: set[int], after: set[int]) -> None:
    first = {one for one in sample(plain(*before), DAY, RULES) if lot(one, DAY) < RULES.share}

    assert first <= sample(plain(*before, *after), DAY, RULES).keys()


@given(ENDED)
def test_what_must_be_heard_is_always_heard_and_says_why(ended: list[Ended]) -> None:
    chosen = sample(ended, DAY, RULES)

    for one in ended:
        why = set(chosen.get(one.id, ())) - {"random"}
        assert ("low_score" in why) == (one.score in (1, 2))
        assert ("escalation" in why) == one.escalated
        assert ("long" in why) == (one.minutes > 20)
        assert ("transfers" in why) == (one.transfers >= 2)


@given(ENDED)
def test_nothing_is_chosen_without_a_reason(ended: list[Ended]) -> None:
    assert all(sample(ended, DAY, RULES).values())


def test_the_lot_draws_its_share() -> None:
    for ahead in range(5):
        drawn = sample(plain(*range(1, 5001)), DAY + timedelta(days=ahead), RULES)
        assert 900 < len(drawn) < 1100


def test_another_day_draws_other_chats() -> None:
    chats = plain(*range(1, 201))

    assert sample(chats, DAY, RULES).keys() != sample(chats, DAY + timedelta(days=1), RULES).keys()


def test_a_day_without_chats_has_no_sample() -> None:
    assert sample([], DAY, RULES) == {}
