import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from common.database import transaction
from common.times import SHANGHAI
from desk.supervisor import days, reports
from knowledge_base.models import OfferOutcome
from knowledge_base.retention.offers import offers
from knowledge_base.retention.segments import BUNDLING, CHURN, VALUES
from tests.desk.agents import agent
from tests.desk.staff.people import Browser, person
from tests.desk.supervisor.history import asked, scored, talk

Browsers = Callable[[], Browser]
ROOT = "/api/supervisor/v1/reports"
FIRST = date(2026, 3, 1)
OFFER = offers()[0]


def at(day: int, hour: int, minute: int = 0, second: float = 0) -> datetime:
    """A moment in Shanghai, days after the first."""
    return datetime.combine(FIRST, datetime.min.time(), SHANGHAI) + timedelta(
        days=day, hours=hour, minutes=minute, seconds=second
    )


def service(last: int = 0) -> list[dict[str, Any]]:
    return reports.service(FIRST, FIRST + timedelta(days=last))


def test_every_day_has_a_row_also_one_on_which_nothing_happened() -> None:
    rows = service(2)

    assert [row["date"] for row in rows] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    measured = {"within_share", "satisfaction", "bot_satisfaction"} | {name for name in rows[0] if "mean" in name}
    assert {name for name, value in rows[0].items() if value is None} == measured
    assert {value for name, value in rows[0].items() if name not in {*measured, "date"}} == {0}


def test_a_day_is_shanghais() -> None:
    staff = agent()
    asked(at(0, 0), staff, waited=0, took=60)
    asked(at(0, 23, 59, 59), staff, waited=0, took=0)
    asked(at(1, 0), staff, waited=0, took=60)

    assert [(row["handovers"], row["answered"], row["closed"]) for row in service(1)] == [(2, 2, 2), (1, 1, 1)]


def test_what_goes_over_midnight_counts_where_it_happened() -> None:
    asked(at(0, 23, 59, 30), agent(), waited=60, took=120)

    first, second = service(1)

    assert (first["conversations"], first["handovers"], first["answered"], first["closed"]) == (1, 1, 0, 0)
    assert (second["conversations"], second["handovers"], second["answered"], second["closed"]) == (0, 0, 1, 1)
    assert (second["mean_wait_seconds"], second["mean_handle_seconds"]) == (60, 120)


def test_conversations_with_the_bot_alone_are_told_from_those_with_people() -> None:
    talk(at(0, 9))
    talk(at(0, 10))
    talk(at(0, 10), lines=0)
    both = talk(at(0, 11))
    asked(at(0, 11), state="cancelled", conversation_id=both)
    asked(at(1, 11), state="cancelled", conversation_id=both)

    first, second = service(1)

    assert (first["conversations"], first["bot_alone"], first["handovers"]) == (3, 2, 1)
    assert (second["conversations"], second["bot_alone"], second["handovers"]) == (0, 0, 1)


def test_it_is_told_why_people_were_needed_and_what_came_of_it() -> None:
    staff = agent()
    for reason, result in (("asked", "solved"), ("failed", "ticket"), ("failed", "order"), ("journey", "left")):
        asked(at(0, 9), staff, context={"reason": reason}, result=result)
    asked(at(0, 9), state="callback", context={"reason": "escalation"})
    asked(at(0, 9), state="cancelled", context={})

    (row,) = service()

    assert {name[4:]: row[name] for name in row if name.startswith("why_")} == {
        "asked": 2,
        "escalation": 1,
        "failed": 2,
        "journey": 1,
    }
    assert {name[7:]: row[name] for name in row if name.startswith("result_")} == {
        "solved": 1,
        "ticket": 1,
        "order": 1,
        "unsolved": 0,
        "left": 1,
    }
    assert (row["handovers"], row["callbacks"], row["abandoned"], row["closed"]) == (6, 1, 1, 4)


def test_satisfaction_with_the_bot_is_counted_apart() -> None:
    staff = agent()
    found = asked(at(0, 9), staff)
    for score in (5, 4):
        scored(at(0, 10), score, staff, found)
    scored(at(0, 10), 1)
    scored(at(0, 10), None)
    scored(at(1, 10), 2)

    shown = [
        tuple(row[name] for name in ("satisfaction", "scores", "bot_satisfaction", "bot_scores")) for row in service(1)
    ]

    assert shown == [(4.5, 2, 1.0, 1), (None, 0, 2.0, 1)]


def test_the_databases_figures_are_those_of_plain_counting() -> None:
    check_against_plain_counting()


def check_against_plain_counting(seed: int = 1) -> None:
    """Makes a random history over some days and counts it a second time, without a database."""
    random, staff, expected = Random(seed), agent(), {}
    for _ in range(150):
        begun = at(random.randrange(5), random.randrange(24), random.randrange(60), random.randrange(60))
        waited, reply, took = random.choice([0, 59, 60, 61, 7200]), random.randrange(300), random.randrange(40_000)
        state = random.choice(["closed", "closed", "active", "cancelled", "callback"])
        served = state in {"closed", "active"}
        over = None if state == "active" else took
        asked(begun, staff if served else None, waited=waited, reply=reply, took=over, state=state)
        accepted = begun + timedelta(seconds=waited)
        if served:
            one = expected.setdefault(accepted.date(), {"waits": [], "replies": [], "handles": [], "gone": 0})
            one["waits"].append(waited)
            one["replies"].append(reply)
        if state != "active":
            ended = accepted + timedelta(seconds=took if served else 0)
            one = expected.setdefault(ended.date(), {"waits": [], "replies": [], "handles": [], "gone": 0})
            if state == "closed":
                one["handles"].append(took)
            one["gone"] += state == "cancelled"

    for row in service(6):
        one = expected.get(date.fromisoformat(row["date"]), {"waits": [], "replies": [], "handles": [], "gone": 0})
        waited = len(one["waits"]) + one["gone"]
        within = sum(seconds <= 60 for seconds in one["waits"])
        assert (row["answered"], row["abandoned"], row["closed"]) == (
            len(one["waits"]),
            one["gone"],
            len(one["handles"]),
        )
        assert row["within_share"] == (round(within / waited, 4) if waited else None)
        for name, values in (("wait", "waits"), ("first_reply", "replies"), ("handle", "handles")):
            mean = row[f"mean_{name}_seconds"]
            exact = sum(one[values]) / len(one[values]) if one[values] else None
            assert mean is exact is None or abs(mean - exact) <= 0.51


# Offers


def outcome(staff: int | None, result: str, when: datetime, **values: Any) -> None:
    conversation = talk(when)
    with transaction() as session:
        row = {"offer": OFFER.id, "cost": OFFER.cost, "segment": "high.low.bound.mobile", "outcome": result} | values
        session.add(
            OfferOutcome(
                key=conversation,
                conversation_id=conversation,
                staff_id=staff,
                customer="C1",
                line="L1",
                moment="leaving",
                at=when,
                **row,
            )
        )


def test_offers_are_told_by_their_names() -> None:
    staff = agent("林晓")
    for result in ("accepted", "accepted", "declined", "not_offered"):
        outcome(staff, result, at(0, 9))
    outcome(None, "declined", at(0, 9))

    by_bot, by_staff = reports.offers(FIRST, FIRST)

    assert (by_bot["staff"], by_bot["offered"], by_bot["accepted"], by_bot["cost"]) == ("机器人", 1, 0, 0)
    assert by_staff["staff"] == "林晓"
    assert (by_staff["offer"], by_staff["title"]) == (OFFER.id, OFFER.title)
    assert (by_staff["month"], by_staff["segment"]) == ("2026-03", "高价值·离网倾向低·已捆绑·手机")
    assert (by_staff["offered"], by_staff["accepted"], by_staff["declined"]) == (3, 2, 1)
    assert (by_staff["rate"], by_staff["cost"]) == (0.6667, 2 * OFFER.cost)
    assert 0 < by_staff["low"] < by_staff["rate"] < by_staff["high"] < 1


def test_offers_of_the_last_day_count_and_those_of_the_next_do_not() -> None:
    outcome(agent(), "accepted", at(0, 23, 59, 59))
    outcome(None, "accepted", at(1, 0))

    assert [row["staff"] for row in reports.offers(FIRST, FIRST)] == ["林晓"]


def test_an_offer_that_is_no_longer_made_keeps_its_id() -> None:
    outcome(None, "accepted", at(0, 9), offer="GONE-1", segment="odd")

    (row,) = reports.offers(FIRST, FIRST)

    assert (row["offer"], row["title"], row["segment"]) == ("GONE-1", "GONE-1", "odd")


def test_every_segment_has_words() -> None:
    keys = [
        f"{value}.{churn}.{bundling}.{kind}"
        for value in VALUES
        for churn in CHURN
        for bundling in BUNDLING
        for kind in ("mobile", "broadband")
    ]
    words = {reports.segment_title(key) for key in keys}

    assert len(words) == len(keys)
    assert not any(char.isascii() for title in words for char in title)


# Over HTTP


def read(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def range_of(last: int = 0) -> dict[str, str]:
    return {"from": str(FIRST), "to": str(FIRST + timedelta(days=last))}


def test_the_service_report_is_the_same_as_json_and_as_a_table(browsers: Browsers) -> None:
    lead = browsers().signs_in("lead")
    asked(at(0, 9), agent("1003"), waited=20, took=100)
    asked(at(0, 9), state="cancelled")

    shown = lead.get(f"{ROOT}/service", params=range_of(1)).json()
    answer = lead.get(f"{ROOT}/service.csv", params=range_of(1))

    assert [*shown["columns"]] == [*shown["rows"][0]]
    first, second = read(answer)
    assert [*first] == [*shown["columns"].values()]
    assert (first["日期"], first["接通"], first["及时接通率"], first["平均处理（秒）"]) == (
        "2026-03-01",
        "1",
        "50.0%",
        "100",
    )
    assert (second["接通"], second["及时接通率"]) == ("0", "")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="service-2026-03-01-2026-03-02.csv"'


def test_the_offer_report_is_the_same_as_json_and_as_a_table(browsers: Browsers) -> None:
    lead = browsers().signs_in("lead")
    outcome(person("1001").id, "accepted", at(0, 9), cost=123456)

    shown = lead.get(f"{ROOT}/offers", params=range_of()).json()
    (row,) = read(lead.get(f"{ROOT}/offers.csv", params=range_of()))

    assert {*shown["columns"]} == {*shown["rows"][0]}
    assert [*row] == [*shown["columns"].values()]
    assert shown["rows"][0]["cost"] == 123456
    assert (row["优惠"], row["坐席"], row["接受率"], row["成本（元）"]) == (
        OFFER.title,
        "员工1001",
        "100.0%",
        "1234.56",
    )


@pytest.mark.parametrize("begins", ["=", "+", "-", "@"])
def test_a_name_that_is_a_formula_is_text_in_the_table(browsers: Browsers, begins: str) -> None:
    lead, boss = browsers().signs_in("lead"), browsers().signs_in("boss")
    staff = person("1001").id
    name = f'{begins}HYPERLINK("http://x")'
    assert boss.patch(f"/api/staff/v1/people/{staff}", json={"name": name}).status_code == 200
    outcome(staff, "accepted", at(0, 9))

    (row,) = read(lead.get(f"{ROOT}/offers.csv", params=range_of()))

    assert row["坐席"] == f"'{name}"
    assert lead.get(f"{ROOT}/offers", params=range_of()).json()["rows"][0]["staff"] == name


def test_a_report_that_does_not_exist_is_refused(browsers: Browsers) -> None:
    lead = browsers().signs_in("lead")

    assert lead.get(f"{ROOT}/wages", params=range_of()).status_code == 422
    assert lead.get(f"{ROOT}/wages.csv", params=range_of()).status_code == 422


def test_today_is_the_same_on_the_board_and_in_the_report(browsers: Browsers) -> None:
    lead, today = browsers().signs_in("lead"), days.today()
    begins = days.bounds(today, today)[0]
    asked(begins, agent("1003"), waited=70, reply=5, took=100)
    asked(begins, state="cancelled")

    sla = lead.get("/api/supervisor/v1/board").json()["sla"]
    (row,) = lead.get(f"{ROOT}/service", params={"from": str(today), "to": str(today)}).json()["rows"]

    for on_board, in_report in (
        ("within_share", "within_share"),
        ("answered_today", "answered"),
        ("abandoned_today", "abandoned"),
        ("mean_wait_seconds", "mean_wait_seconds"),
        ("mean_handle_seconds", "mean_handle_seconds"),
        ("mean_first_reply_seconds", "mean_first_reply_seconds"),
    ):
        assert sla[on_board] == row[in_report], in_report
    assert (sla["within_share"], sla["mean_handle_seconds"]) == (0.0, 100)
