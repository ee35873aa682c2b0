import httpx
import pytest

from bss.billing import bills, rates
from bss.errors import ContractBroken
from common.times import parse_iso
from tests.bss import raw
from tests.bss.scripted import Operator, answers

SHAPE = (
    '[{"id": "B1", "billingPeriod": {"startDateTime": %s}, "amountDue": {"unit": "CNY", "value": 1},'
    ' "remainingAmount": {"unit": "CNY", "value": 0}%s}]'
)


@pytest.mark.parametrize("tag", ["basic", "arrears", "enterprise"])
def test_bills_are_those_of_the_account_newest_first(sandbox: httpx.Client, tag: str) -> None:
    account = raw.product(sandbox, raw.numbers(sandbox, tag)[0])["billingAccount"]["id"]
    found = raw.get(sandbox, "678", "customerBill", billingAccount__id=account, sort="-billDate")
    assert len(found) >= 6

    read = bills(account)

    assert [bill.id for bill in read] == [bill["id"] for bill in found]
    assert [bill.month for bill in read] == [bill["billingPeriod"]["startDateTime"][:7] for bill in found]
    assert [bill.total for bill in read] == [raw.cents(bill["amountDue"]["value"]) for bill in found]
    assert [bill.unpaid for bill in read] == [raw.cents(bill["remainingAmount"]["value"]) for bill in found]
    assert [bill.due for bill in read] == [parse_iso(bill["paymentDueDate"]) for bill in found]


def test_somebody_in_arrears_has_an_unpaid_bill(sandbox: httpx.Client) -> None:
    account = raw.product(sandbox, raw.numbers(sandbox, "arrears")[0])["billingAccount"]["id"]

    assert any(bill.unpaid > 0 for bill in bills(account))


def test_the_lines_of_a_bill_add_up_to_its_total(sandbox: httpx.Client) -> None:
    account = raw.product(sandbox, raw.numbers(sandbox, "basic")[0])["billingAccount"]["id"]
    for bill in bills(account):
        lines = rates(bill.id)
        found = raw.get(sandbox, "678", "appliedCustomerBillingRate", bill__id=bill.id)

        assert [(line.name, line.amount) for line in lines] == [
            (rate["name"], raw.cents(rate["taxIncludedAmount"]["value"])) for rate in found
        ]
        assert sum(line.amount for line in lines) == bill.total


def test_an_account_of_nobody_has_no_bills(sandbox: httpx.Client) -> None:
    assert bills("A9999") == []


def test_a_bill_belongs_to_the_month_in_shanghai(scripted: Operator) -> None:
    scripted.script = answers(200, (SHAPE % ('"2026-10-31T16:00:00Z"', "")).encode())

    assert [(bill.month, bill.due) for bill in bills("A1")] == [("2026-11", None)]


@pytest.mark.parametrize("start", ["null", "5", '"soon"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-11:00"'])
def test_a_bill_without_a_month_breaks_the_contract(scripted: Operator, start: str) -> None:
    scripted.script = answers(200, (SHAPE % (start, "")).encode())

    with pytest.raises(ContractBroken):
        bills("A1")


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    sandbox.post("/sandbox/faults", json={"api": "678", "mode": "wrong_type"})

    with pytest.raises(ContractBroken):
        bills("A0001")
    with pytest.raises(ContractBroken):
        rates("B0001-202610")


def test_json_that_breaks_off_breaks_the_contract(sandbox: httpx.Client) -> None:
    sandbox.post("/sandbox/faults", json={"api": "678", "mode": "malformed"})

    with pytest.raises(ContractBroken):
        bills("A0001")
