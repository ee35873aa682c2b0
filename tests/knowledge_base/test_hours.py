from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.times import SHANGHAI
from knowledge_base.content import content
from knowledge_base.hours import (
    LOOKED_AHEAD,
    Exceptions,
    Span,
    Week,
    hours_of,
    is_open,
    next_opening,
    open_on,
    read_span,
)

OFFICE: Week = [*[(time(8, 30), time(18))] * 5, None, None]
ALWAYS: Week = [(time.min, time.min)] * 7
NEVER: Week = [None] * 7
# A Thursday.
DAY = date(2026, 11, 26)

clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
spans = st.none() | st.tuples(clocks, clocks).filter(lambda span: span[0] < span[1] or span[1] == time.min)
weeks = st.lists(spans, min_size=7, max_size=7)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=SHANGHAI))
exceptions = st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 2, 1)), spans, max_size=40)


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)


@pytest.mark.parametrize(
    ("clock", "answers"), [("08:29", False), ("08:30", True), ("17:59", True), ("18:00", False), ("23:00", False)]
)
def test_people_answer_from_opening_to_closing(clock: str, answers: bool) -> None:
    assert is_open(OFFICE, at(clock), {}) is answers


def test_the_clock_is_that_of_shanghai() -> None:
    # Half past midnight in UTC is half past eight in Shanghai.
    assert is_open(OFFICE, datetime.fromisoformat("2026-11-26T00:30:00+00:00"), {})
    assert not is_open(OFFICE, datetime.fromisoformat("2026-11-26T12:00:00+00:00"), {})


def test_the_next_opening_is_now_or_this_morning_or_after_the_weekend() -> None:
    friday = DAY + timedelta(days=1)

    assert next_opening(OFFICE, at("10:00"), {}) == at("10:00")
    assert next_opening(OFFICE, at("06:00"), {}) == at("08:30")
    assert next_opening(OFFICE, at("18:00", friday), {}) == at("08:30", friday + timedelta(days=3))
    assert next_opening(NEVER, at("10:00"), {}) is None


def test_a_holiday_and_a_day_with_other_hours_come_before_the_week() -> None:
    holiday: Exceptions = {DAY: None, DAY + timedelta(days=2): (time(10), time(12))}

    assert not is_open(OFFICE, at("10:00"), holiday)
    assert is_open(OFFICE, at("11:59", DAY + timedelta(days=2)), holiday)
    assert next_opening(NEVER, at("10:00"), holiday) == at("10:00", DAY + timedelta(days=2))


def test_a_closing_at_midnight_is_the_end_of_the_day() -> None:
    assert is_open(ALWAYS, at("00:00"), {})
    assert is_open(ALWAYS, at("23:59"), {})
    assert open_on(ALWAYS, DAY, {}) == (at("00:00"), at("00:00", DAY + timedelta(days=1)))


@given(weeks, moments, exceptions)
def test_the_next_opening_is_the_first_moment_at_which_people_answer(
    week: Week, now: datetime, days: Exceptions
) -> None:
    opening = next_opening(week, now, days)

    if opening is None:
        ahead = (now.date() + timedelta(days=offset) for offset in range(1, LOOKED_AHEAD))
        assert not is_open(week, now, days)
        assert all(open_on(week, day, days) is None for day in ahead)
        return
    assert opening >= now
    assert is_open(week, opening, days)
    assert (opening == now) is is_open(week, now, days)
    if opening > now:
        between = now + (opening - now) / 2
        assert not is_open(week, opening - timedelta(seconds=1), days) or opening - timedelta(seconds=1) < now
        assert not is_open(week, between, days)


@given(weeks, moments, spans)
def test_only_the_exception_counts_on_its_day(week: Week, now: datetime, span: Span | None) -> None:
    assert is_open(week, now, {now.date(): span}) is is_open([span] * 7, now, {})


@pytest.mark.parametrize("group", [*content("hours")["groups"], "another", None])
def test_every_week_that_is_written_down_has_seven_days_that_open_before_they_close(group: str | None) -> None:
    week = hours_of(group)

    assert len(week) == 7
    assert any(span is not None for span in week)
    assert all(span[0] < span[1] or span[1] == time.min for span in week if span is not None)


def test_groups_with_hours_of_their_own_are_skill_groups() -> None:
    assert set(content("hours")["groups"]) <= {entry["group"] for entry in content("skills")["groups"]}


def test_what_is_no_stretch_of_a_day_is_an_error() -> None:
    assert read_span("08:00-24:00") == (time(8), time.min)
    assert read_span("closed") is None
    with pytest.raises(ValueError, match="isoformat"):
        read_span("8 to 18")
