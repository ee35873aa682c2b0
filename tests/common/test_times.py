from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.times import (
    SHANGHAI,
    day_label,
    moment_label,
    month_bounds,
    month_label,
    month_of,
    parse_iso,
    shanghai_today,
    utc_now,
)

MONTHS = st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(month_of)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-15T15:23:21+08:00", datetime(2026, 11, 15, 7, 23, 21, tzinfo=timezone.utc)),
        ("2026-11-15T07:23:21Z", datetime(2026, 11, 15, 7, 23, 21, tzinfo=timezone.utc)),
        (" 2026-11-15T07:23:21z ", datetime(2026, 11, 15, 7, 23, 21, tzinfo=timezone.utc)),
        ("2026-11-15T15:23:21", datetime(2026, 11, 15, 7, 23, 21, tzinfo=timezone.utc)),
        ("2026-11-15", datetime(2026, 11, 14, 16, tzinfo=timezone.utc)),
        ("2026-11-15T07:23:21.5Z", datetime(2026, 11, 15, 7, 23, 21, 500_000, tzinfo=timezone.utc)),
        ("2026-11-15T07:23:21.123456789Z", datetime(2026, 11, 15, 7, 23, 21, 123_456, tzinfo=timezone.utc)),
    ],
)
def test_times_of_apis_are_read_whatever_their_spelling(text: str, expected: datetime) -> None:
    assert parse_iso(text) == expected
    assert parse_iso(text).tzinfo is not None


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-11-31T00:00:00Z", "20:00", "2026年11月"])
def test_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_iso(text)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc)))
def test_a_time_written_as_iso_reads_back(moment: datetime) -> None:
    assert parse_iso(moment.isoformat()) == moment


@pytest.mark.parametrize(
    ("day", "offset", "expected"),
    [
        (date(2026, 1, 31), -1, "2025-12"),
        (date(2026, 12, 31), 1, "2027-01"),
        (date(2026, 3, 31), -1, "2026-02"),
        (date(2024, 2, 29), -12, "2023-02"),
        (date(2026, 7, 1), 0, "2026-07"),
    ],
)
def test_a_month_is_counted_from_any_day_of_another(day: date, offset: int, expected: str) -> None:
    assert month_of(day, offset) == expected


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(-300, 300))
def test_going_some_months_and_back_ends_where_it_began(day: date, offset: int) -> None:
    there = month_of(day, offset)

    assert month_of(date.fromisoformat(f"{there}-01"), -offset) == month_of(day)


@given(MONTHS)
def test_a_month_begins_and_ends_on_firsts_in_shanghai(month: str) -> None:
    start, after = month_bounds(month)

    assert (start.day, start.hour, after.day, after.hour) == (1, 0, 1, 0)
    assert f"{start:%Y-%m}" == month
    assert f"{after - timedelta(seconds=1):%Y-%m}" == month
    assert month_of(start.date(), 1) == f"{after:%Y-%m}"


def test_the_first_minutes_of_a_month_in_shanghai_are_still_the_former_month_in_utc() -> None:
    start, _ = month_bounds("2026-11")

    assert start.astimezone(timezone.utc) == datetime(2026, 10, 31, 16, tzinfo=timezone.utc)


def test_labels_are_in_shanghai_time_and_without_leading_zeros() -> None:
    moment = datetime(2026, 11, 2, 16, 5, tzinfo=timezone.utc)

    assert day_label(moment) == "2026年11月3日"
    assert moment_label(moment) == "11月3日 00:05"
    assert month_label("2026-03") == "2026年3月"


def test_now_is_aware_and_today_is_shanghais() -> None:
    assert utc_now().utcoffset() == timedelta(0)
    assert shanghai_today() in {datetime.now(SHANGHAI).date(), (datetime.now(SHANGHAI) - timedelta(seconds=5)).date()}
