import logging
from datetime import date, timedelta

import httpx
import pytest

from bss.errors import NotFound, Unavailable
from bss.inventory import line
from bss.tickets import NewTicket
from bss.tickets import create as open_ticket
from common.times import shanghai_today
from knowledge_base.retention.gather import latest, profile_of, profiles
from knowledge_base.retention.segments import drop, segment
from tests.bss import raw

TODAY = shanghai_today()
ORDINARY, FALLEN, CONVERGED, SUBCARD = "18900001001", "19900001028", "17700001010", "18100001011"


def keys(number: str) -> tuple[str, ...]:
    return segment(profile_of(number), TODAY).exclusions


def test_a_profile_is_what_the_operator_knows(sandbox: httpx.Client) -> None:
    product = raw.product(sandbox, ORDINARY)
    bills = raw.get(sandbox, "678", "customerBill", billingAccount__id="A0001", sort="-billDate")

    found = profile_of(ORDINARY)

    assert (found.number, found.line, found.customer) == (ORDINARY, product["id"], "C0001")
    assert (found.kind, found.state, found.level, found.customer_kind) == ("mobile", "normal", "3星", "individual")
    assert (found.age, found.tenure_months, found.contract_end) == (32, 40, None)
    assert found.spend == tuple(raw.cents(bill["amountDue"]["value"]) for bill in bills[:4])
    assert len(found.minutes) == 4
    assert (found.plan_fee, found.held) == (9900, {"PLAN-99", "VAS-CLIP"})
    assert (found.itv, found.mobile_added, found.converged) == (False, True, False)
    assert (found.corporate_paid, found.staff_line, found.leased_line) == (False, False, False)
    assert (found.listed, found.do_not_disturb, found.unpaid) == ("none", False, 0)
    assert (found.faults, found.complaints, found.open_tickets) == (0, 0, 0)


@pytest.mark.usefixtures("sandbox")
def test_the_latest_month_comes_first() -> None:
    found = profile_of(FALLEN)

    for months in (found.spend, found.minutes):
        fall = drop(months)
        assert fall is not None
        assert fall >= 30


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("number", "exclusions"),
    [
        (ORDINARY, ()),
        ("17700001038", ("staff_line",)),
        ("18100001039", ("black_list",)),
        ("15300001040", ("red_list",)),
        ("18000001041", ("new",)),
        ("18000001034", ("do_not_disturb",)),
        ("18000001006", ("not_normal",)),
        ("ad10000253", ("leased_line",)),
    ],
)
def test_the_stories_of_the_sandbox_are_told(number: str, exclusions: tuple[str, ...]) -> None:
    assert keys(number) == exclusions


@pytest.mark.usefixtures("sandbox")
def test_the_segments_of_the_stories() -> None:
    expected = {
        ORDINARY: "middle.middle.unbound.mobile",
        FALLEN: "high.high.unbound.mobile",
        CONVERGED: "high.low.ending.mobile",
        "ad10000101": "high.low.ending.broadband",
        "15300001026": "low.low.bound.mobile",
        "19900001042": "middle.low.unbound.mobile",
        "18900001036": "middle.low.bound.mobile",
    }

    assert {number: segment(profile_of(number), TODAY).key for number in expected} == expected


@pytest.mark.usefixtures("sandbox")
def test_a_broadband_line_knows_its_speed_and_its_company() -> None:
    found = profile_of("ad10000101")

    assert (found.speed_mbps, found.itv, found.mobile_added, found.converged) == (500, True, True, True)
    assert (found.plan_fee, found.minutes) == (0, ())
    assert found.contract_end is not None
    assert found.contract_end > TODAY


@pytest.mark.usefixtures("sandbox")
def test_a_debt_is_known() -> None:
    assert (profile_of("15300001005").unpaid or 0) > 0


@pytest.mark.usefixtures("sandbox")
def test_tickets_of_the_last_ninety_days_are_counted() -> None:
    assert profile_of("17700001017").faults == 2
    of = line(ORDINARY)
    for kind in ("complaint", "fault"):
        open_ticket(NewTicket(kind, "投诉", "话费不对", "minor", of.customer, line=of.id), idempotency_key=kind)

    found = profile_of(ORDINARY)

    assert (found.faults, found.complaints, found.open_tickets) == (1, 1, 2)


def test_what_was_complained_of_long_ago_is_not_counted(sandbox: httpx.Client) -> None:
    assert profile_of("13300001016").faults == 1
    raw.advance(sandbox, "P90D")

    assert profile_of("13300001016").faults == 0


@pytest.mark.parametrize("api", ["678", "677", "621"])
def test_a_profile_goes_without_what_cannot_be_looked_up(
    sandbox: httpx.Client, api: str, caplog: pytest.LogCaptureFixture
) -> None:
    whole = profile_of(FALLEN)
    raw.breaks(sandbox, api)

    with caplog.at_level(logging.WARNING):
        found = profile_of(FALLEN)

    assert (found.customer, found.held) == (whole.customer, whole.held)
    missing = {"678": (found.spend, found.unpaid), "677": (found.minutes, None), "621": ((), None)}[api]
    assert missing == ((), None)
    assert "goes without" in caplog.text
    assert FALLEN not in caplog.text


@pytest.mark.parametrize("api", ["637", "629"])
def test_without_line_or_customer_there_is_no_profile(sandbox: httpx.Client, api: str) -> None:
    raw.breaks(sandbox, api)

    with pytest.raises(Unavailable):
        profile_of(ORDINARY)


@pytest.mark.usefixtures("sandbox")
def test_a_number_of_nobody_is_not_found() -> None:
    with pytest.raises(NotFound):
        profile_of("19900000000")


def test_months_before_a_gap_are_not_taken_for_later_ones() -> None:
    whole = {"2026-12": 5, "2026-11": 4, "2026-10": 3, "2026-09": 2, "2026-08": 1}

    assert latest(whole, date(2027, 1, 5)) == (5, 4, 3, 2)
    assert latest({**whole} | {"2027-01": 9}, date(2027, 1, 5)) == (5, 4, 3, 2)
    assert latest({month: whole[month] for month in ("2026-12", "2026-10")}, date(2027, 1, 5)) == (5,)
    assert latest({"2026-11": 4}, date(2027, 1, 5)) == ()


def test_all_lines_of_all_customers_are_walked_through(sandbox: httpx.Client) -> None:
    numbers = {
        product["productSerialNumber"]
        for product in raw.get(sandbox, "637", "product", limit=1000)
        if "productSerialNumber" in product
    }

    found = list(profiles())

    assert {profile.number for profile in found} == numbers
    assert len(found) == len(numbers)
    by_number = {profile.number: profile for profile in found}
    assert by_number[ORDINARY] == profile_of(ORDINARY)


def test_the_day_of_the_contracts_end_is_kept(sandbox: httpx.Client) -> None:
    product = raw.product(sandbox, SUBCARD)
    told = next(item["value"] for item in product["productCharacteristic"] if item["name"] == "contractEnd")

    assert profile_of(SUBCARD).contract_end == date.fromisoformat(told)
    assert date.fromisoformat(told) - TODAY < timedelta(days=92)
