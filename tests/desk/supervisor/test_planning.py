"""Shifts (排班) and days that are not as their weekday is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.settings import settings
from common.times import SHANGHAI, moment_label
from desk import opening
from desk.errors import Refused, sentence
from desk.staff_models import Audit, Closure, Shift
from desk.supervisor import closures, days, shifts
from tests.desk.agents import agent, enters, talk_of, texts
from tests.desk.conftest import Clock
from tests.desk.staff.people import Browser, person, refusal

Browsers = Callable[[], Browser]
ROOT = "/api/supervisor/v1"
DAY = timedelta(days=1)


def refused(code: str) -> object:
    return pytest.raises(Refused, match=f"^{code}$")


def noted() -> list[tuple[str, str, str]]:
    with transaction() as session:
        return [(one.action, one.subject, one.detail) for one in session.scalars(sa.select(Audit).order_by(Audit.id))]


def planned(staff: int, day: date) -> list[tuple[str, str]]:
    return [(one["start"], one["end"]) for one in shifts.listed(day, day) if one["staff"] == staff]


def past_shift(staff: int, day: date) -> int:
    with transaction() as session:
        row = Shift(staff_id=staff, date=day, start=480, end=960)
        session.add(row)
        session.flush()
        return int(row.id)


def test_a_shift_is_planned_changed_and_taken_away(clock: Clock) -> None:
    staff, day = agent(), days.today()

    made = shifts.add(staff, staff, day, "08:00", "16:30")
    assert made == {"id": made["id"], "staff": staff, "date": str(day), "start": "08:00", "end": "16:30"}
    moved = shifts.change(made["id"], staff, staff, day + DAY, "00:00", "24:00")
    assert shifts.listed(day, day + DAY) == [moved]
    shifts.remove(made["id"], staff)

    assert shifts.listed(day, day + DAY) == []
    assert noted() == [
        ("shift_added", "林晓", f"{day} 08:00-16:30"),
        ("shift_changed", "林晓", f"林晓 {day} 08:00-16:30 → {day + DAY} 00:00-24:00"),
        ("shift_removed", "林晓", f"{day + DAY} 00:00-24:00"),
    ]


@pytest.mark.parametrize(
    ("start", "end"), [("07:00", "08:01"), ("08:00", "16:00"), ("09:00", "10:00"), ("15:59", "24:00")]
)
def test_shifts_of_one_person_do_not_overlap(clock: Clock, start: str, end: str) -> None:
    staff, day = agent(), days.today()
    shifts.add(staff, staff, day, "08:00", "16:00")
    later = shifts.add(staff, staff, day + DAY, start, end)

    with refused("shift_overlaps"):
        shifts.add(staff, staff, day, start, end)
    with refused("shift_overlaps"):
        shifts.change(later["id"], staff, staff, day, start, end)
    assert planned(staff, day) == [("08:00", "16:00")]
    assert planned(staff, day + DAY) == [(start, end)]


def test_shifts_may_touch_and_others_work_at_the_same_time(clock: Clock) -> None:
    staff, other, day = agent("甲"), agent("乙"), days.today()
    made = shifts.add(staff, staff, day, "08:00", "16:00")

    shifts.add(staff, staff, day, "16:00", "24:00")
    shifts.add(staff, other, day, "08:00", "16:00")
    shifts.change(made["id"], staff, staff, day, "09:00", "16:00")

    assert planned(staff, day) == [("09:00", "16:00"), ("16:00", "24:00")]


@pytest.mark.parametrize(
    ("start", "end"), [("16:00", "08:00"), ("08:00", "08:00"), ("22:00", "06:00"), ("24:00", "24:00")]
)
def test_a_shift_ends_after_it_begins(clock: Clock, start: str, end: str) -> None:
    staff = agent()

    with refused("bad_request"):
        shifts.add(staff, staff, days.today(), start, end)


def test_what_is_past_stays_as_it_was(clock: Clock) -> None:
    staff, day = agent(), days.today()
    old, new = past_shift(staff, day - DAY), shifts.add(staff, staff, day, "08:00", "09:00")["id"]

    for press in (
        lambda: shifts.add(staff, staff, day - DAY, "18:00", "19:00"),
        lambda: shifts.remove(old, staff),
        lambda: shifts.change(old, staff, staff, day, "18:00", "19:00"),
        lambda: shifts.change(new, staff, staff, day - DAY, "18:00", "19:00"),
        lambda: closures.enter(staff, day - DAY, "昨天", None),
    ):
        with refused("day_past"):
            press()
    assert planned(staff, day - DAY) == [("08:00", "16:00")]
    assert planned(staff, day) == [("08:00", "09:00")]


def test_nothing_is_planned_years_ahead(clock: Clock) -> None:
    staff = agent()

    with refused("bad_request"):
        shifts.add(staff, staff, days.today() + 400 * DAY, "08:00", "09:00")


def test_nobody_unknown_is_planned(clock: Clock) -> None:
    with refused("not_found"):
        shifts.add(agent(), 999, days.today(), "08:00", "09:00")


def test_who_is_on_shift_is_told_to_the_minute(clock: Clock) -> None:
    staff, day = agent(), days.today()
    shifts.add(staff, staff, day, "08:00", "16:00")

    def on(hour: int, minute: int, of: date = day) -> set[int] | None:
        with transaction() as session:
            return shifts.on_shift(session, datetime(of.year, of.month, of.day, hour, minute, tzinfo=SHANGHAI))

    assert [on(7, 59), on(8, 0), on(15, 59), on(16, 0)] == [set(), {staff}, {staff}, set()]
    assert on(8, 0, day + DAY) is None


def test_a_closed_day_is_entered_replaced_and_taken_away(clock: Clock) -> None:
    staff, day = agent(), days.today()

    assert closures.enter(staff, day, "元旦", None) == {
        "date": str(day),
        "name": "元旦",
        "open": False,
        "from": None,
        "to": None,
    }
    entered = closures.enter(staff, day, "调休", ("09:00", "24:00"))
    assert entered == {"date": str(day), "name": "调休", "open": True, "from": "09:00", "to": "24:00"}
    assert closures.listed() == [entered]
    closures.remove(day, staff)

    assert closures.listed() == []
    assert noted() == [
        ("closure_entered", str(day), "closed"),
        ("closure_entered", str(day), "09:00-24:00"),
        ("closure_removed", str(day), "调休"),
    ]


def test_a_day_that_is_past_is_not_taken_away(clock: Clock) -> None:
    day = days.today() - DAY
    with transaction() as session:
        session.add(Closure(date=day, name="昨天"))

    with refused("day_past"):
        closures.remove(day, agent())
    assert len(closures.listed()) == 1


def test_the_hours_of_an_open_day_are_those_that_were_entered(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setenv("WANHAO_ALWAYS_OPEN", "false")
    monkeypatch.setattr(opening, "shanghai_today", days.today)
    settings.cache_clear()
    staff, day = agent(), days.today()

    def is_open() -> bool:
        with transaction() as session:
            return opening.is_open(session, "fault")

    assert is_open()
    closures.enter(staff, day, "检修", ("13:00", "24:00"))
    assert not is_open()
    clock.forward(3600)
    assert is_open()
    clock.forward(11 * 3600 - 60)
    assert is_open()


# Over HTTP


def test_a_day_closed_by_a_supervisor_sends_who_asks_for_a_person_to_a_call_back(
    browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANHAO_ALWAYS_OPEN", "false")
    settings.cache_clear()
    lead, today = browsers().signs_in("lead"), days.today()
    # The group that answers at all hours, so that only the closed day can be the reason.
    assert talk_of(enters(group="fault")).mode == "queued"

    for day in (today, today + DAY):
        body = {"date": str(day), "name": "停机检修", "open": False, "from": None, "to": None}
        assert lead.post(f"{ROOT}/closures", json=body).status_code == 201
    assert enters(group="fault") == 0
    (shown,) = lead.get(f"{ROOT}/board").json()["callbacks"]
    assert (shown["group"], shown["ticket"]) == ("fault", None)
    with transaction() as session:
        at = opening.opens(session, "fault")
    assert at == days.bounds(today + 2 * DAY, today + 2 * DAY)[0]
    assert texts(shown["handover"])[-1] == ("system", sentence("closed", at=moment_label(at)))

    assert lead.delete(f"{ROOT}/closures/{today}").status_code == 204
    assert talk_of(enters(group="fault")).mode == "queued"


def test_shifts_are_planned_over_http(browsers: Browsers) -> None:
    lead, day = browsers().signs_in("lead"), str(days.today() + DAY)
    # The page sends ids as text.
    body = {"staff": str(person("1001").id), "date": day, "start": "08:00", "end": "16:00"}

    made = lead.post(f"{ROOT}/shifts", json=body)
    again = lead.post(f"{ROOT}/shifts", json=body)
    moved = lead.put(f"{ROOT}/shifts/{made.json()['id']}", json=body | {"end": "17:00"})
    listed = lead.get(f"{ROOT}/shifts", params={"from": day, "to": day})

    assert made.status_code == 201
    assert refusal(again) == (409, "shift_overlaps")
    assert listed.json() == [moved.json()] == [made.json() | {"end": "17:00"}]
    assert lead.delete(f"{ROOT}/shifts/{made.json()['id']}").status_code == 204
    assert refusal(lead.delete(f"{ROOT}/shifts/{made.json()['id']}")) == (404, "not_found")


SHIFT = {"staff": 1, "date": "2027-01-01", "start": "08:00", "end": "16:00"}
CLOSURE = {"date": "2027-01-01", "name": "元旦", "open": True, "from": "09:00", "to": "17:00"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *(("shifts", SHIFT | {"start": clock}) for clock in ("8:00", "08:60", "25:00", "0800", "24:01", 8, "08:00\n")),
        ("shifts", SHIFT | {"date": "9999-12-31"}),
        ("shifts", SHIFT | {"date": "2027-02-30"}),
        ("shifts", SHIFT | {"staff": None}),
        ("closures", CLOSURE | {"from": None}),
        ("closures", CLOSURE | {"open": False}),
        ("closures", CLOSURE | {"name": " "}),
        ("closures", CLOSURE | {"from": "17:00", "to": "09:00"}),
        ("closures", CLOSURE | {"date": "9999-12-31"}),
    ],
)
def test_what_cannot_be_planned_is_refused(browsers: Browsers, path: str, body: object) -> None:
    lead = browsers().signs_in("lead")

    assert refusal(lead.post(f"{ROOT}/{path}", json=body)) == (422, "bad_request")


RANGES = {
    "结束日期早于开始日期，请重新选择。": ("2026-11-26", "2026-11-25"),
    "一次最多查400天，请缩短日期范围。": ("2025-01-01", "2026-02-05"),
    "日期不对，请重新选择。": ("2026-11-26", "9999-12-31"),
}


@pytest.mark.parametrize(
    "path", ["shifts", "quality/figures", "reports/service", "reports/offers", "reports/offers.csv"]
)
def test_a_range_of_days_has_bounds(browsers: Browsers, path: str) -> None:
    lead = browsers().signs_in("lead")

    def asks(first: str, last: str) -> object:
        return lead.get(f"{ROOT}/{path}", params={"from": first, "to": last})

    for message, between in RANGES.items():
        answer = asks(*between)
        assert refusal(answer) == (422, "bad_request")
        assert answer.json()["error"]["message"] == message
    assert refusal(asks("yesterday", "2026-11-26")) == (422, "bad_request")
    assert refusal(lead.get(f"{ROOT}/{path}")) == (422, "bad_request")
    assert asks("2025-01-01", "2026-02-04").status_code == 200
