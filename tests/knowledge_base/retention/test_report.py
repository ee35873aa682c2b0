from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.times import SHANGHAI
from knowledge_base.models import OfferOutcome
from knowledge_base.retention.offers import offer
from knowledge_base.retention.outcomes import Outcome, record
from knowledge_base.retention.report import Row, interval, report

pytestmark = pytest.mark.usefixtures("database")
HERE = "middle.high.unbound.mobile"
NOVEMBER = datetime(2026, 11, 1, tzinfo=SHANGHAI), datetime(2026, 12, 1, tzinfo=SHANGHAI)


def make(
    outcome: str, at: datetime, count: int = 1, *, name: str = "SAVE-100", staff: int | None = 7, segment: str = HERE
) -> None:
    for _ in range(count):
        with transaction() as session:
            number = session.scalar(sa.select(sa.func.count()).select_from(OfferOutcome))
        record(Outcome(f"c{number}", "C1", "P1", name, segment, "leaving", outcome, staff_id=staff), key=f"k{number}")
        with transaction() as session:
            session.execute(sa.update(OfferOutcome).where(OfferOutcome.key == f"k{number}").values(at=at))


def test_offers_are_counted_by_month_offer_segment_and_agent() -> None:
    october, november = datetime(2026, 10, 5, tzinfo=SHANGHAI), datetime(2026, 11, 5, tzinfo=SHANGHAI)
    make("accepted", november, 8)
    make("declined", november, 2)
    make("not_offered", november, 5)
    make("accepted", november, staff=None)
    make("declined", november, segment="low.low.bound.mobile")
    make("accepted", november, name="GIFT-DATA")
    make("accepted", october)

    rows = report(datetime(2026, 10, 1, tzinfo=SHANGHAI), NOVEMBER[1])

    low, high = interval(8, 2)
    assert Row("2026-11", "SAVE-100", HERE, 7, 10, 8, 2, 0.8, low, high, 8 * offer("SAVE-100").cost) in rows
    assert {(row.month, row.offer, row.segment, row.staff_id, row.accepted, row.declined) for row in rows} == {
        ("2026-10", "SAVE-100", HERE, 7, 1, 0),
        ("2026-11", "GIFT-DATA", HERE, 7, 1, 0),
        ("2026-11", "SAVE-100", HERE, None, 1, 0),
        ("2026-11", "SAVE-100", HERE, 7, 8, 2),
        ("2026-11", "SAVE-100", "low.low.bound.mobile", 7, 0, 1),
    }
    assert [row.month for row in rows] == sorted(row.month for row in rows)


def test_a_month_begins_at_midnight_in_shanghai() -> None:
    make("accepted", datetime(2026, 10, 31, 15, 59, 59, tzinfo=timezone.utc))
    make("declined", datetime(2026, 10, 31, 16, 0, tzinfo=timezone.utc))

    rows = report(datetime(2026, 1, 1, tzinfo=SHANGHAI), datetime(2027, 1, 1, tzinfo=SHANGHAI))

    assert [(row.month, row.accepted, row.declined) for row in rows] == [("2026-10", 1, 0), ("2026-11", 0, 1)]


def test_the_end_is_not_part_of_it() -> None:
    make("accepted", NOVEMBER[0])
    make("declined", NOVEMBER[1])

    assert [(row.accepted, row.declined) for row in report(*NOVEMBER)] == [(1, 0)]
    assert [(row.accepted, row.declined) for row in report(NOVEMBER[1], NOVEMBER[1] + timedelta(days=1))] == [(0, 1)]


def test_only_the_last_word_counts() -> None:
    for key, outcome in (("a", "declined"), ("b", "accepted")):
        record(Outcome("c", "C1", "P1", "SAVE-100", HERE, "leaving", outcome), key=key)

    rows = report(datetime(2020, 1, 1, tzinfo=SHANGHAI), datetime(2100, 1, 1, tzinfo=SHANGHAI))

    assert [(row.accepted, row.declined) for row in rows] == [(1, 0)]


def test_where_nothing_was_offered_there_is_no_row() -> None:
    make("not_offered", NOVEMBER[0])

    assert report(*NOVEMBER) == []
    assert report(NOVEMBER[1], NOVEMBER[0]) == []


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        report(datetime(2026, 1, 1), datetime(2026, 2, 1))


@pytest.mark.parametrize(("accepted", "declined"), [(0, 1), (1, 0), (0, 1000), (1000, 0), (8, 2), (500, 500)])
def test_the_interval_holds_the_rate_and_narrows_with_answers(accepted: int, declined: int) -> None:
    low, high = interval(accepted, declined)
    rate = accepted / (accepted + declined)

    assert 0 <= low <= rate <= high <= 1
    narrow = interval(accepted * 100, declined * 100)
    assert narrow[1] - narrow[0] < high - low


def test_the_interval_is_the_known_one() -> None:
    """Jeffreys' interval of 8 in 10."""
    assert interval(8, 2) == pytest.approx((0.4972, 0.9556), abs=1e-3)
