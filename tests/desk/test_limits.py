from desk.limits import SlidingMinute


def test_as_many_as_the_limit_pass_in_a_minute_and_no_more() -> None:
    limit = SlidingMinute(3)

    assert [limit.allows("a", now) for now in (0, 1, 2, 3, 59)] == [True, True, True, False, False]


def test_the_minute_slides() -> None:
    limit = SlidingMinute(2)

    assert [limit.allows("a", now) for now in (0, 30, 59, 60, 61, 90, 91)] == [
        *[True, True, False],
        *[True, False, True, False],
    ]


def test_a_refusal_does_not_count() -> None:
    limit = SlidingMinute(1)
    assert limit.allows("a", 0)
    for second in range(1, 60):
        assert not limit.allows("a", second)

    assert limit.allows("a", 60)


def test_everybody_has_a_minute_of_their_own() -> None:
    limit = SlidingMinute(1)

    assert limit.allows("a", 0)
    assert limit.allows("b", 0)
    assert not limit.allows("a", 1)


def test_the_memory_of_strangers_ends() -> None:
    limit = SlidingMinute(1)
    for number in range(50_001):
        limit.allows(str(number), 0)

    limit.allows("late", 100)
    limit.allows("later", 101)

    assert len(limit._times) <= 2
