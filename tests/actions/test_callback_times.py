from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.callback_times import AHEAD, LEAST, SOON, call_at, offered
from common.times import SHANGHAI
from knowledge_base.hours import Week, is_open

DAILY: Week = [(time(8), time(22))] * 7
OFFICE: Week = [*[(time(8, 30), time(18))] * 5, None, None]
NEVER: Week = [None] * 7

clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
weeks = st.lists(
    st.none() | st.tuples(clocks, clocks).filter(lambda span: span[0] < span[1] or span[1] == time.min),
    min_size=7,
    max_size=7,
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=SHANGHAI))


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


# A Thursday.
MORNING, NOON, NIGHT = at("2026-11-26 09:10"), at("2026-11-26 12:00"), at("2026-11-26 23:00")


@pytest.mark.parametrize(
    ("hours", "now", "titles"),
    [
        (DAILY, MORNING, ["今天上午", "今天下午", "今天晚上"]),
        (DAILY, NOON, ["今天下午", "今天晚上", "明天上午"]),
        (DAILY, NIGHT, ["明天上午", "明天下午", "明天晚上"]),
        (DAILY, at("2026-11-26 11:40"), ["今天下午", "今天晚上", "明天上午"]),
        (OFFICE, MORNING, ["今天上午", "今天下午"]),
        (OFFICE, at("2026-11-27 17:40"), []),
        (NEVER, MORNING, []),
    ],
)
def test_what_is_still_possible_today_or_tomorrow_is_offered(hours: Week, now: datetime, titles: list[str]) -> None:
    assert [one.title for one in offered(hours, now, now)] == titles


@pytest.mark.parametrize(
    ("hours", "now", "wanted", "promise"),
    [
        (DAILY, MORNING, SOON, "尽快"),
        (DAILY, NIGHT, SOON, "在11月27日 08:00上班后尽快"),
        (NEVER, NIGHT, SOON, "尽快"),
        (DAILY, MORNING, "2026-11-26 08:00-12:00", "在11月26日周四 9:30-12:00"),
        (DAILY, MORNING, "12:00-18:00", "在11月26日周四 12:00-18:00"),
        (DAILY, NOON, "08:00-12:00", "在11月27日周五 8:00-12:00"),
        (DAILY, MORNING, "2026-11-28", "在11月28日周六 8:00-22:00"),
        (DAILY, MORNING, "2026-11-28 15:00", "在11月28日周六 15:00-16:00"),
        (DAILY, MORNING, "2026-11-28 15:30-24:00", "在11月28日周六 15:30-22:00"),
        (OFFICE, MORNING, "2026-11-28/2026-11-30", "在11月30日周一 8:30-18:00"),
        (OFFICE, MORNING, "2026-11-28", None),
        (OFFICE, MORNING, "18:00-22:00", None),
        (DAILY, MORNING, "2026-11-25", None),
        (DAILY, MORNING, "2026-12-24", None),
        (DAILY, MORNING, "soonish", None),
    ],
)
def test_a_wish_is_promised_within_the_hours_or_not_at_all(
    hours: Week, now: datetime, wanted: str, promise: str | None
) -> None:
    call = call_at(hours, wanted, now, now)

    assert (call.promise if call else None) == promise


@given(weeks, moments)
def test_whatever_is_offered_can_be_promised_and_somebody_is_there_then(hours: Week, now: datetime) -> None:
    for one in offered(hours, now, now):
        call = call_at(hours, one.value, now, now)
        assert call is not None
        assert call.until is not None
        assert call.until >= now + LEAST
        assert call.until - now < timedelta(days=AHEAD)
        assert is_open(hours, call.until - timedelta(minutes=1), {})


def test_before_people_are_there_again_after_a_holiday_nothing_is_promised() -> None:
    saturday = at("2026-11-28 08:00")

    soon = call_at(DAILY, SOON, MORNING, saturday)
    assert soon is not None
    assert soon.promise == "在11月28日 08:00上班后尽快"
    assert call_at(DAILY, "2026-11-27 08:00-12:00", MORNING, saturday) is None
    assert offered(DAILY, MORNING, saturday) == []
