import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.times import utc_now
from knowledge_base.models import OfferOutcome
from knowledge_base.retention.offers import offer
from knowledge_base.retention.outcomes import Outcome, answers, declined, posteriors, record
from knowledge_base.retention.ranking import Tally

pytestmark = pytest.mark.usefixtures("database")
HERE = "middle.high.unbound.mobile"
YES = Outcome("c1", "C0001", "P0001-01", "SAVE-100", HERE, "leaving", "accepted", handover_id=3, staff_id=7, rank=1)
NO = replace(YES, outcome="declined")


def rows() -> list[OfferOutcome]:
    with transaction() as session:
        return list(session.scalars(sa.select(OfferOutcome).order_by(OfferOutcome.id)))


def tallies() -> dict[str, dict[str, Tally]]:
    with transaction() as session:
        return posteriors(session)


def test_what_became_of_an_offer_is_written_down() -> None:
    record(replace(YES, reason="送得多", order_receipt="WH1127-0000-0001"), key="k")

    (row,) = rows()
    assert (row.conversation_id, row.handover_id, row.staff_id) == ("c1", 3, 7)
    assert (row.customer, row.line, row.offer, row.segment, row.moment) == (
        "C0001",
        "P0001-01",
        "SAVE-100",
        HERE,
        "leaving",
    )
    assert (row.outcome, row.reason, row.order_receipt, row.rank) == ("accepted", "送得多", "WH1127-0000-0001", 1)
    assert row.cost == offer("SAVE-100").cost
    assert utc_now() - row.at < timedelta(minutes=1)


def test_the_same_key_again_changes_nothing() -> None:
    record(YES, key="k")
    record(NO, key="k")

    assert [row.outcome for row in rows()] == ["accepted"]


def test_a_later_word_corrects_the_one_before() -> None:
    record(NO, key="first")
    record(YES, key="second")

    assert answers("c1") == {"SAVE-100": "accepted"}
    assert not declined("c1")
    assert tallies() == {"SAVE-100": {HERE: Tally(1, 0)}}


def test_a_repeated_first_word_does_not_undo_the_correction() -> None:
    record(NO, key="first")
    record(YES, key="second")
    record(NO, key="first")

    assert answers("c1") == {"SAVE-100": "accepted"}


def test_recording_at_the_same_moment_leaves_one_that_counts() -> None:
    threads = [
        threading.Thread(target=record, args=(YES if number % 2 else NO,), kwargs={"key": f"k{number // 2}"})
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(rows()) == 3
    assert len([row for row in rows() if row.current]) == 1


def test_a_conversation_has_declined_when_one_offer_was() -> None:
    record(YES, key="k1")
    record(replace(NO, offer="GIFT-DATA"), key="k2")
    record(replace(NO, conversation_id="c2", outcome="not_offered"), key="k3")

    assert declined("c1")
    assert not declined("c2")
    assert not declined("nobody")


def test_answers_are_counted_by_offer_and_segment() -> None:
    for number in range(5):
        record(replace(YES, conversation_id=f"yes{number}"), key=f"yes{number}")
    for number in range(3):
        record(replace(NO, conversation_id=f"no{number}"), key=f"no{number}")
    record(replace(NO, conversation_id="other", segment="low.low.bound.mobile"), key="other")
    record(replace(NO, conversation_id="none", outcome="not_offered"), key="none")

    assert tallies() == {"SAVE-100": {HERE: Tally(5, 3), "low.low.bound.mobile": Tally(0, 1)}}


def test_what_was_answered_long_ago_is_forgotten() -> None:
    record(YES, key="k")

    with transaction() as session:
        assert posteriors(session, utc_now() + timedelta(days=364)) != {}
        assert posteriors(session, utc_now() + timedelta(days=366)) == {}


def test_numbers_in_a_reason_are_masked() -> None:
    record(replace(NO, reason="回电18912345678，不要了"), key="k")

    assert rows()[0].reason == "回电189****5678，不要了"


def test_what_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        record(replace(YES, offer="NOTHING"), key="k")
    with pytest.raises(ValueError, match="maybe"):
        record(replace(YES, outcome="maybe"), key="k")
    with pytest.raises(ValueError, match="never"):
        record(replace(YES, moment="never"), key="k")
    assert rows() == []
