import json
from datetime import date
from typing import Any

import httpx
import pytest

from bss.errors import ContractBroken, NotFound
from bss.inventory import line, lines, subscriptions
from tests.bss import raw
from tests.bss.scripted import Operator, answers

PRODUCT: dict[str, Any] = {
    "id": "P1",
    "name": "移动电话",
    "relatedParty": [{"id": "C1"}],
    "billingAccount": {"id": "A1"},
    "productCharacteristic": [{"name": "lineType", "value": "mobile"}, {"name": "accountState", "value": "normal"}],
}


def characteristics(product: dict[str, Any]) -> dict[str, Any]:
    return {item["name"]: item["value"] for item in product["productCharacteristic"]}


@pytest.mark.parametrize("tag", ["basic", "arrears", "suspended", "contract_ending", "enterprise"])
def test_a_line_is_what_the_inventory_says(sandbox: httpx.Client, tag: str) -> None:
    for number in raw.numbers(sandbox, tag)[:2]:
        product = raw.product(sandbox, number)
        told = characteristics(product)

        read = line(number)

        assert (read.id, read.number, read.kind) == (product["id"], number, told["lineType"])
        assert (read.state, read.account) == (told["accountState"], product["billingAccount"]["id"])
        assert read.customer == product["relatedParty"][0]["id"]
        assert (read.main_card, read.address) == (told["isMainCard"], told.get("installAddress"))
        assert (read.speed_mbps, read.porting_blocked_by) == (told.get("speedMbps"), told.get("portingBlockedBy"))
        assert (read.staff, read.leased) == (told["staffLine"], told["leasedLine"])
        fee = told.get("earlyTerminationFee")
        assert read.early_fee == (None if fee is None else raw.cents(fee))
        assert read.contract_end == (date.fromisoformat(told["contractEnd"]) if "contractEnd" in told else None)


def test_a_contract_that_ends_has_its_day(sandbox: httpx.Client) -> None:
    assert all(line(number).contract_end is not None for number in raw.numbers(sandbox, "contract_ending"))


def test_where_the_operator_does_not_say_whose_a_line_is_nothing_is_known(scripted: Operator) -> None:
    scripted.script = answers(200, json.dumps([PRODUCT]).encode())

    assert (line("1").staff, line("1").leased) == (None, None)


def test_a_fixed_line_has_its_speed_and_address(sandbox: httpx.Client) -> None:
    of = line(raw.numbers(sandbox, "repeat_fault")[0])

    (broadband,) = [each for each in lines(of.customer) if each.kind == "broadband"]

    assert broadband.speed_mbps in {300, 500, 1000}
    assert broadband.address is not None
    assert broadband.area is not None
    assert broadband.address.startswith(broadband.area)


def test_a_number_of_nobody_is_not_found(sandbox: httpx.Client) -> None:
    with pytest.raises(NotFound):
        line("19900000000")


def test_what_is_subscribed_comes_plan_first_with_its_fees(sandbox: httpx.Client) -> None:
    for number in raw.numbers(sandbox, "vas_dispute") + raw.numbers(sandbox, "basic")[:2]:
        of = line(number)
        found = raw.get(sandbox, "637", "product", productRelationship__product__id=of.id, status="active")

        read = subscriptions(of)

        assert {(row.name, row.fee) for row in read} == {
            (
                product["name"],
                sum(
                    raw.cents(price["price"]["taxIncludedAmount"]["value"])
                    for price in product.get("productPrice", [])
                    if price["priceType"] == "recurring"
                ),
            )
            for product in found
        }
        assert {row.started.isoformat() for row in read if row.started} == {each["startDate"][:10] for each in found}
        kinds = [row.kind for row in read]
        assert kinds == sorted(kinds, key=["plan", "addon", "vas"].index)
        assert kinds.count("plan") == 1


def test_prices_that_do_not_recur_are_no_part_of_the_fee(scripted: Operator) -> None:
    def price(kind: str, value: float) -> dict[str, Any]:
        return {"priceType": kind, "price": {"taxIncludedAmount": {"unit": "CNY", "value": value}}}

    of_plan = PRODUCT | {"productPrice": [price("recurring", 99.9), price("oneTime", 200), price("recurring", 0.1)]}
    scripted.script = answers(200, json.dumps([of_plan]).encode())

    assert [row.fee for row in subscriptions(line("1"))] == [10000]


@pytest.mark.parametrize(
    "change",
    [
        {"id": 5},
        {"relatedParty": []},
        {"relatedParty": "C1"},
        {"billingAccount": None},
        {"productCharacteristic": 5},
        {"productCharacteristic": True},
        {"productCharacteristic": ["kind"]},
        {"productCharacteristic": [{"name": "contractEnd", "value": "soon"}]},
        {"productCharacteristic": [{"name": "contractEnd", "value": 20261201}]},
        {"productCharacteristic": [{"name": "speedMbps", "value": "fast"}]},
        {"productCharacteristic": [{"name": "earlyTerminationFee", "value": "much"}]},
    ],
)
def test_a_line_in_another_shape_breaks_the_contract(scripted: Operator, change: dict[str, Any]) -> None:
    scripted.script = answers(200, json.dumps([PRODUCT | change]).encode())

    with pytest.raises(ContractBroken):
        line("18900001001")


@pytest.mark.parametrize(
    "prices",
    [5, True, "9.90", {"recurring": 9}, [5], [{"priceType": "recurring"}], [{"priceType": "recurring", "price": 5}]],
)
def test_prices_in_another_shape_break_the_contract(scripted: Operator, prices: object) -> None:
    scripted.script = answers(200, json.dumps([PRODUCT]).encode())
    of = line("18900001001")
    scripted.script = answers(200, json.dumps([PRODUCT | {"productPrice": prices}]).encode())

    with pytest.raises(ContractBroken):
        subscriptions(of)


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    of = line(raw.numbers(sandbox, "basic")[0])
    sandbox.post("/sandbox/faults", json={"api": "637", "mode": "wrong_type"})

    with pytest.raises(ContractBroken):
        line(of.number)
    with pytest.raises(ContractBroken):
        subscriptions(of)
