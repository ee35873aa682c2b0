"""What is known of a customer and of what is sold: 620, 629, 680, 683, outages, messages, payments."""

import json
import uuid
from collections.abc import Iterator

import httpx
import pytest

from bss import catalogue, customers, interactions, outages, recommendation, sms
from bss.balance import NewTopup, balance, payment_link, top_up, topup, topups
from bss.errors import ContractBroken, NotFound, Rejected, Unavailable
from bss.inventory import line, lines
from common.settings import settings
from common.times import utc_now
from tests.bss import raw
from tests.bss.scripted import Operator, answers


@pytest.fixture
def alone(sandbox: httpx.Client) -> Iterator[httpx.Client]:
    """The sandbox, for a test that moves its clock: it is seeded anew afterwards."""
    yield sandbox
    sandbox.post("/sandbox/reset")


def key() -> str:
    return uuid.uuid4().hex


# 629


@pytest.mark.parametrize("tag", ["basic", "enterprise", "multi_line"])
def test_a_customer_is_what_the_operator_knows(sandbox: httpx.Client, tag: str) -> None:
    identity = line(raw.numbers(sandbox, tag)[0]).customer
    (found,) = raw.get(sandbox, "629", "customer", id=identity)
    told = {item["name"]: item["value"] for item in found["characteristic"]}

    read = customers.customer(identity)

    assert (read.id, read.name, read.level, read.kind) == (
        identity, found["name"], told["level"], told["customerType"],
    )  # fmt: skip
    assert (read.age, read.tenure_months, read.do_not_disturb) == (
        told.get("age"), told["tenureMonths"], told["doNotDisturb"],
    )  # fmt: skip
    assert (read.area, read.area_code) == (told["area"], told["areaCode"])
    assert read.phone == found["contactMedium"][0]["characteristic"]["phoneNumber"]
    assert (read.corporate_paid, read.listed) == (told["corporatePaid"], told["marketingList"])


def test_all_customers_are_walked_through_page_by_page(sandbox: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customers, "PAGE", 7)

    found = list(customers.customers())

    assert [one.id for one in found] == [one["id"] for one in raw.get(sandbox, "629", "customer", limit=1000)]
    assert found[0] == customers.customer(found[0].id)


def test_without_a_total_a_short_page_is_the_last(scripted: Operator) -> None:
    scripted.script = answers(200, b'[{"id": "C1", "name": "x"}]')

    assert [one.id for one in customers.customers()] == ["C1"]


def test_somebody_who_wants_no_offers_says_so(sandbox: httpx.Client) -> None:
    numbers = raw.numbers(sandbox, "do_not_disturb")
    assert all(customers.customer(line(number).customer).do_not_disturb for number in numbers)


def test_whoever_said_nothing_about_offers_is_left_alone(scripted: Operator) -> None:
    scripted.script = answers(200, b'{"id": "C1", "name": "x"}')

    read = customers.customer("C1")

    assert (read.do_not_disturb, read.level, read.age, read.phone) == (True, None, None, None)
    assert (read.corporate_paid, read.listed) == (None, None)


@pytest.mark.parametrize(
    "characteristic",
    [
        {"name": "age", "value": "32"},
        {"name": "age", "value": True},
        {"name": "level", "value": 3},
        {"name": "corporatePaid", "value": "yes"},
        {"name": "marketingList", "value": 1},
    ],
)
def test_a_customer_in_another_shape_breaks_the_contract(scripted: Operator, characteristic: object) -> None:
    scripted.script = answers(200, json.dumps({"id": "C1", "name": "x", "characteristic": [characteristic]}).encode())

    with pytest.raises(ContractBroken):
        customers.customer("C1")


@pytest.mark.usefixtures("sandbox")
def test_an_unknown_customer_is_not_found() -> None:
    with pytest.raises(NotFound):
        customers.customer("C9999")


def test_all_lines_of_a_customer_are_found(sandbox: httpx.Client) -> None:
    of = line(raw.numbers(sandbox, "multi_line")[0])
    found = raw.get(sandbox, "637", "product", relatedParty__id=of.customer)

    read = lines(of.customer)

    assert len(read) > 1
    assert of in read
    assert {one.number for one in read} == {
        product["productSerialNumber"] for product in found if "productSerialNumber" in product
    }
    assert all(one.area for one in read)


# 620 and 680


@pytest.mark.parametrize("page", [7, 200])
def test_the_whole_catalogue_is_read(sandbox: httpx.Client, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr(catalogue, "PAGE", page)
    found = raw.get(sandbox, "620", "productOffering", limit=1000)

    read = catalogue.offerings()

    assert [offering.id for offering in read] == [entry["id"] for entry in found]
    plan = next(offering for offering in read if offering.id == "PLAN-129")
    assert (plan.kind, plan.line_type, plan.fee, plan.sold, plan.orderable) == ("plan", "mobile", 12900, True, True)
    assert (plan.data_mb, plan.voice_minutes) == (30720, 500)
    assert catalogue.offering("PLAN-129") == plan
    assert not catalogue.offering("PLAN-79").orderable


def test_a_catalogue_without_end_breaks_the_contract(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "MOST", 5)
    monkeypatch.setattr(catalogue, "PAGE", 1)
    scripted.script = answers(200, b'[{"id": "X", "name": "x"}]')

    with pytest.raises(ContractBroken):
        catalogue.offerings()


def test_recommendations_come_best_first_with_their_price(sandbox: httpx.Client) -> None:
    customer = line(raw.numbers(sandbox, "contract_ending")[0]).customer

    found = recommendation.recommendations(customer)

    assert found
    assert [item.priority for item in found] == list(range(1, len(found) + 1))
    assert [item.fee for item in found] == [catalogue.offering(item.offering).fee for item in found]
    assert recommendation.recommendations("nobody") == []


# 683


@pytest.mark.usefixtures("sandbox")
def test_a_contact_is_recorded_once_for_a_key_and_found_again() -> None:
    same, at = key(), utc_now().replace(microsecond=0)
    for _ in range(2):
        made = interactions.record(
            "C0002", at=at, channel="web", reason="报障", summary="宽带断线，已开工单", idempotency_key=same
        )

    assert (made.at, made.channel, made.reason) == (at, "网上营业厅", "报障")
    assert [item.id for item in interactions.interactions("C0002", 10)].count(made.id) == 1


# Outages and messages


@pytest.mark.usefixtures("sandbox")
def test_an_outage_is_found_by_its_area() -> None:
    (found,) = outages.outages("南京市鼓楼区")

    assert outages.outages("320106") == [found]
    assert found.lines == ("broadband", "iptv")
    assert found.expected is not None
    assert found.since < utc_now() < found.expected
    assert outages.outages("上海市浦东新区") == []


def test_who_joins_an_outage_is_counted_once_and_sees_its_end(alone: httpx.Client) -> None:
    of, same = line("18900001001").id, key()
    found = outages.outages("320106")[0]
    for again in (same, same, key()):
        outages.join(found.id, of, idempotency_key=again)
    assert alone.get(f"/operator/v1/outage/{found.id}").json()["affected"] == 1
    assert outages.outage(found.id) == found
    assert found.recovered is None

    alone.post("/sandbox/clock", json={"advance": "P3D"})

    assert outages.outage(found.id).recovered == found.expected
    with pytest.raises(Rejected) as raised:
        outages.join(found.id, of, idempotency_key=key())
    assert raised.value.code == "outageOver"
    with pytest.raises(NotFound):
        outages.join("OUT9", of, idempotency_key=key())


def test_an_outage_in_another_shape_breaks_the_contract(sandbox: httpx.Client) -> None:
    sandbox.post("/sandbox/faults", json={"api": "outage", "mode": "wrong_type"})
    with pytest.raises(ContractBroken):
        outages.outages("320106")


def test_a_message_is_sent_as_it_is(sandbox: httpx.Client) -> None:
    sent = sms.send("18900001003", "【中国电信】您的工单已受理。")

    last = sandbox.get("/sandbox/sms", params={"number": "18900001003"}).json()[-1]
    assert (last["id"], last["text"]) == (sent, "【中国电信】您的工单已受理。")
    with pytest.raises(Rejected):
        sms.send("ad1", "x")


def test_a_message_that_may_have_been_sent_is_not_sent_again(scripted: Operator) -> None:
    scripted.script = answers(500, b"")

    with pytest.raises(Unavailable):
        sms.send("18900001003", "x")
    assert len(scripted.seen) == 1


# 654


def test_a_top_up_arrives_to_the_fen_when_its_link_is_paid_once_for_a_key(
    sandbox: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = raw.numbers(sandbox, "basic")[1]
    before, same = balance(number), key()
    monkeypatch.setattr(settings(), "payment_url", f"{sandbox.base_url}/operator/v1/payment/{{id}}")

    asked = {top_up(NewTopup(number, 5001, "万号"), idempotency_key=same) for _ in range(2)}

    (made,) = asked
    assert (made.amount, made.channel, made.state, made.credited) == (5001, "万号", "created", False)
    assert balance(number) == before
    assert made not in topups(number, 1)
    assert sandbox.post(payment_link(made.id)).status_code == 200
    assert balance(number) - before == 5001
    paid = topup(made.id)
    assert (paid.id, paid.state, paid.credited) == (made.id, "completed", True)
    assert paid == topups(number, 1)[0]


@pytest.mark.usefixtures("sandbox")
def test_an_unpaid_link_hides_no_payment() -> None:
    number = "18900001001"
    before = topups(number, 3)
    for _ in range(3):
        top_up(NewTopup(number, 5000, "万号"), idempotency_key=key())

    assert topups(number, 3) == before


@pytest.mark.usefixtures("sandbox")
def test_a_strange_number_of_a_top_up_is_not_found() -> None:
    with pytest.raises(NotFound):
        topup("TB/../1?x=1")
    assert payment_link("TB/1?x").endswith("/TB%2F1%3Fx")


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("amount", [0, -500, 99, 500_001, 10**9])
def test_an_absurd_payment_is_rejected_with_the_reason(amount: int) -> None:
    with pytest.raises(Rejected) as raised:
        top_up(NewTopup("18900001001", amount, "微信支付"), idempotency_key=key())
    assert (raised.value.code, raised.value.reason) == ("topupFailed", "金额不正确")


@pytest.mark.usefixtures("sandbox")
def test_nobody_can_be_paid_for() -> None:
    with pytest.raises(NotFound):
        top_up(NewTopup("19900000000", 100, "微信支付"), idempotency_key=key())
