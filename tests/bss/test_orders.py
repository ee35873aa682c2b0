import uuid

import httpx
import pytest

from bss import orders
from bss.errors import ContractBroken, NotFound, Rejected
from bss.inventory import line, lines, subscriptions
from bss.orders import NewOrder, Order
from tests.bss import raw


@pytest.fixture
def number(sandbox: httpx.Client) -> str:
    """A number whose customer is nobody else's business."""
    return raw.numbers(sandbox, "basic")[-1]


def key() -> str:
    return uuid.uuid4().hex


def decided(sandbox: httpx.Client, new: NewOrder) -> Order:
    placed = orders.create(new, idempotency_key=key())
    assert (placed.state, placed.pending) == ("acknowledged", True)
    sandbox.post("/sandbox/clock", json={"advance": "PT10S"}).raise_for_status()
    return orders.order(placed.id)


def held(number: str) -> dict[str | None, str]:
    return {row.offering: row.id for row in subscriptions(line(number))}


def test_a_pack_is_ordered_with_its_price_and_ended_again(sandbox: httpx.Client, number: str) -> None:
    of = line(number)

    done = decided(sandbox, NewOrder("add", of.customer, of.id, offering="DATA-5"))

    assert (done.state, done.pending, done.offerings) == ("completed", False, ("DATA-5",))
    (found,) = raw.get(sandbox, "620", "productOffering", id="DATA-5")
    assert done.monthly == raw.cents(found["productOfferingPrice"][0]["price"]["taxIncludedAmount"]["value"])
    assert done.completed is not None
    assert done.completed >= done.ordered
    ended = decided(sandbox, NewOrder("delete", of.customer, of.id, product=held(number)["DATA-5"]))
    assert ended.state == "completed"
    assert "DATA-5" not in held(number)
    assert {done.id, ended.id} <= {order.id for order in orders.orders(of.customer)}


def test_a_line_is_suspended_and_restored(sandbox: httpx.Client, number: str) -> None:
    of = line(number)
    for state in ("suspended_by_request", "normal"):
        assert decided(sandbox, NewOrder("modify", of.customer, of.id, state=state)).state == "completed"
        assert line(number).state == state


def test_a_plan_changes_and_changes_back(sandbox: httpx.Client, number: str) -> None:
    of = line(number)
    former = next(row for row in subscriptions(of) if row.kind == "plan")
    wanted = "PLAN-59" if former.offering != "PLAN-59" else "PLAN-129"

    order = decided(sandbox, NewOrder("modify", of.customer, of.id, offering=wanted, product=former.id))

    assert order.state == "completed"
    assert [row.offering for row in subscriptions(of) if row.kind == "plan"] == [wanted]


def test_a_new_line_is_opened_at_its_address_and_moves(sandbox: httpx.Client, number: str) -> None:
    of = line(number)
    before = {each.number for each in lines(of.customer)}
    new = NewOrder("add", of.customer, of.id, offering="BB-500", new_line=True, address="珠江路1号", area="320102")

    order = decided(sandbox, new)
    assert (order.state, order.pending, order.offerings) == ("inProgress", True, ("BB-500",))
    sandbox.post("/sandbox/clock", json={"advance": "P1D"}).raise_for_status()

    assert orders.order(order.id).state == "completed"
    (opened,) = [each for each in lines(of.customer) if each.number not in before]
    assert (opened.kind, opened.address, opened.area) == ("broadband", "珠江路1号", "南京市玄武区")
    assert (opened.speed_mbps, opened.main_card, opened.account) == (500, False, of.account)
    assert [row.offering for row in subscriptions(opened)] == ["BB-500"]
    moved = decided(sandbox, NewOrder("modify", of.customer, opened.id, product=opened.id, address="珠江路2号"))
    again = decided(sandbox, NewOrder("modify", of.customer, opened.id, product=opened.id, address="珠江路3号"))
    assert (again.state, moved.id in again.reason) == ("rejected", True)
    sandbox.post("/sandbox/clock", json={"advance": "P1D"}).raise_for_status()
    assert line(opened.number).address == "珠江路2号"


def test_a_contract_is_renewed(sandbox: httpx.Client) -> None:
    of = next(free for free in map(line, raw.numbers(sandbox, "basic")) if free.contract_end is None)
    assert of.early_fee is None

    renewed = decided(sandbox, NewOrder("modify", of.customer, of.id, product=of.id, contract_months=24))

    assert renewed.state == "completed"
    plan = next(row for row in subscriptions(of) if row.kind == "plan")
    assert line(of.number).contract_end is not None
    assert line(of.number).early_fee == 24 * plan.fee * 30 // 100


def test_a_new_line_without_address_is_refused(sandbox: httpx.Client, number: str) -> None:
    of = line(number)

    refused = decided(sandbox, NewOrder("add", of.customer, of.id, offering="BB-500", new_line=True))

    assert (refused.state, "地址" in refused.reason) == ("rejected", True)


def test_what_cannot_be_done_is_rejected_with_a_reason(sandbox: httpx.Client, number: str) -> None:
    of = line(number)

    refused = decided(sandbox, NewOrder("add", of.customer, of.id, offering="BB-300"))

    assert (refused.state, refused.pending) == ("rejected", False)
    assert "不能订购" in refused.reason


def test_an_order_is_cancelled_in_time_or_not(sandbox: httpx.Client, number: str) -> None:
    of = line(number)
    placed = orders.create(NewOrder("add", of.customer, of.id, offering="VOICE-100"), idempotency_key=key())

    assert orders.cancel(placed.id, "不要了", idempotency_key=key()).state == "cancelled"
    with pytest.raises(Rejected) as raised:
        orders.cancel(placed.id, "不要了", idempotency_key=key())
    assert raised.value.code == "tooLate"


def test_an_unknown_order_is_not_found_and_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    with pytest.raises(NotFound):
        orders.order("PO9")
    sandbox.post("/sandbox/faults", json={"api": "622", "mode": "wrong_type"})
    with pytest.raises(ContractBroken):
        orders.order("PO0001")
