"""Who is served next, and by whom: as values, and as properties that hold for whatever queue and team."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.routing import (
    Agent,
    Waiting,
    Weights,
    assign,
    elderly,
    estimate,
    handle_time,
    in_order,
    place,
    rank,
    score,
)
from knowledge_base.content import content

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=timezone.utc)
WEIGHTS = Weights(**content("routing")["weights"])
GROUPS = ["mobile", "fault", "complaint", "retention"]

minutes = st.integers(0, 24 * 60)
waits = st.builds(
    Waiting,
    id=st.integers(1, 10_000),
    group=st.sampled_from(GROUPS),
    since=minutes.map(lambda ago: NOW - timedelta(minutes=ago)),
    urgent=st.booleans(),
    level=st.integers(0, 7),
    elderly=st.booleans(),
    repeats=st.integers(0, 9),
    returned=st.booleans(),
    wanted=st.none() | st.integers(1, 8),
    passed=st.frozensets(st.integers(1, 8), max_size=3),
)
queues = st.lists(waits, max_size=30, unique_by=lambda one: one.id)
agents = st.builds(
    Agent,
    id=st.integers(1, 8),
    groups=st.frozensets(st.sampled_from(GROUPS), max_size=3),
    ceiling=st.integers(1, 6),
    chats=st.integers(0, 8),
    idle_since=minutes.map(lambda ago: NOW - timedelta(minutes=ago)),
)
teams = st.lists(agents, max_size=8, unique_by=lambda one: one.id)


def waiting(one: int = 1, ago: float = 0, **what: object) -> Waiting:
    return Waiting(id=one, group="mobile", since=NOW - timedelta(minutes=ago), **what)


def agent(one: int = 1, chats: int = 0, ceiling: int = 3, idle: float = 0, groups: str = "mobile") -> Agent:
    return Agent(one, frozenset(groups.split()), ceiling, chats, NOW - timedelta(minutes=idle))


def ids(pairs: list[tuple[Waiting, Agent]]) -> list[tuple[int, int]]:
    return [(one.id, by.id) for one, by in pairs]


def test_who_came_first_is_served_first() -> None:
    assert [one.id for one in in_order([waiting(1, 2), waiting(2, 5)], WEIGHTS, NOW)] == [2, 1]


@pytest.mark.parametrize(
    "sooner", [{"urgent": True}, {"level": 7}, {"elderly": True}, {"repeats": 2}, {"returned": True}]
)
def test_what_counts_makes_it_sooner(sooner: dict[str, object]) -> None:
    assert in_order([waiting(1, 3), waiting(2, 0, **sooner)], WEIGHTS, NOW)[0].id == 2


def test_the_longest_idle_agent_is_asked() -> None:
    assert ids(assign([waiting()], [agent(1, idle=1), agent(2, idle=9)], WEIGHTS, NOW)) == [(1, 2)]


def test_who_has_no_chat_comes_before_who_has_one() -> None:
    assert ids(assign([waiting()], [agent(1, chats=1, idle=9), agent(2)], WEIGHTS, NOW)) == [(1, 2)]


def test_chats_are_spread_over_the_team() -> None:
    pairs = assign([waiting(number) for number in range(1, 5)], [agent(1), agent(2)], WEIGHTS, NOW)

    assert sorted(by for _, by in ids(pairs)) == [1, 1, 2, 2]


def test_who_is_passed_on_goes_to_the_wanted_agent_of_any_group() -> None:
    assert ids(assign([waiting(wanted=2)], [agent(1), agent(2, groups="fault")], WEIGHTS, NOW)) == [(1, 2)]


def test_without_the_wanted_agent_the_group_serves() -> None:
    assert ids(assign([waiting(wanted=9)], [agent(1)], WEIGHTS, NOW)) == [(1, 1)]


def test_who_let_it_pass_is_not_asked_at_once_again() -> None:
    assert assign([waiting(passed=frozenset({1}))], [agent(1)], WEIGHTS, NOW) == []


@given(queues, teams)
def test_nobody_is_served_twice_or_by_who_cannot(queue: list[Waiting], team: list[Agent]) -> None:
    pairs = assign(queue, team, WEIGHTS, NOW)

    assert len({one.id for one, _ in pairs}) == len(pairs)
    for one, by in pairs:
        assert one.group in by.groups or one.wanted == by.id
        assert by.id not in one.passed
    for by in team:
        assert sum(chosen.id == by.id for _, chosen in pairs) <= by.free


@given(queues, teams)
def test_nobody_waits_while_somebody_able_has_room(queue: list[Waiting], team: list[Agent]) -> None:
    pairs = assign(queue, team, WEIGHTS, NOW)
    served = {one.id for one, _ in pairs}
    taken = {by.id: sum(chosen.id == by.id for _, chosen in pairs) for by in team}
    for one in queue:
        if one.id not in served:
            able = [by for by in team if one.group in by.groups and by.id not in one.passed]
            assert all(by.free == taken[by.id] for by in able)


@given(queues, teams)
def test_who_is_served_is_not_overtaken_by_an_equal(queue: list[Waiting], team: list[Agent]) -> None:
    plain = [replace(one, wanted=None, passed=frozenset()) for one in queue]
    served = {one.id for one, _ in assign(plain, team, WEIGHTS, NOW)}
    for group in GROUPS:
        line = [one.id in served for one in in_order(plain, WEIGHTS, NOW) if one.group == group]
        if all(len(by.groups) < 2 for by in team):
            assert line == sorted(line, reverse=True)


@given(waits, waits)
def test_nobody_starves(one: Waiting, other: Waiting) -> None:
    later = replace(other, id=one.id + 1, since=one.since + timedelta(minutes=WEIGHTS.most / WEIGHTS.minute + 1))
    now = max(NOW, later.since)

    assert in_order([later, one], WEIGHTS, now)[0] == one


@given(queues, st.randoms())
def test_the_order_does_not_depend_on_how_the_queue_was_read(queue: list[Waiting], chance: object) -> None:
    mixed = list(queue)
    chance.shuffle(mixed)

    assert in_order(mixed, WEIGHTS, NOW) == in_order(queue, WEIGHTS, NOW)


@given(waits, st.integers(1, 600))
def test_waiting_never_costs_points(one: Waiting, more: int) -> None:
    assert score(one, WEIGHTS, NOW + timedelta(minutes=more)) > score(one, WEIGHTS, NOW)


def test_a_minute_must_be_worth_something() -> None:
    with pytest.raises(ValueError, match="starves"):
        replace(WEIGHTS, minute=0)


def test_a_place_counts_only_those_of_the_group() -> None:
    line = [waiting(1), replace(waiting(2), group="fault"), waiting(3)]

    assert [place(one.id, line) for one in line] == [0, 0, 1]


HANDLE = timedelta(minutes=6)


def test_where_there_is_room_it_takes_a_minute() -> None:
    assert estimate(0, [agent(1)], [agent(1)], HANDLE) == 1


def test_room_of_who_takes_nothing_now_is_no_room() -> None:
    assert estimate(0, [agent(1)], [], HANDLE) == 2


def test_a_full_team_ends_chats_at_its_pace() -> None:
    full = [agent(1, chats=3)]
    assert estimate(0, full, full, HANDLE) == 2
    assert estimate(5, full, full, HANDLE) == 12


def test_without_a_team_nobody_can_say() -> None:
    assert estimate(0, [], [], HANDLE) is None


@given(st.integers(0, 500), teams)
def test_more_ahead_never_takes_less(ahead: int, team: list[Agent]) -> None:
    now, further = estimate(ahead, team, team, HANDLE), estimate(ahead + 1, team, team, HANDLE)

    assert (now is None) == (further is None)
    if now is not None:
        assert 1 <= now <= further


def test_few_chats_do_not_move_the_mean_far() -> None:
    assert handle_time([], HANDLE) == HANDLE
    assert handle_time([60], HANDLE) > timedelta(minutes=5)
    assert handle_time([60] * 1000, HANDLE) < timedelta(minutes=2)


def test_who_is_elderly() -> None:
    assert [elderly(age, 65) for age in (None, 64, 65)] == [False, False, True]


def test_every_level_of_the_operator_has_a_rank() -> None:
    ranks = content("routing")["levels"]

    assert [rank(level, ranks) for level in ("7星", "1A", None, "新")] == [7, 7, 0, 0]
