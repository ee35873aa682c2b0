import httpx
import pytest

from bss.balance import balance, topup, topups
from bss.errors import ContractBroken, NotFound, Unavailable
from common.times import parse_iso
from tests.bss import raw
from tests.bss.scripted import Operator, answers


@pytest.mark.parametrize("tag", ["basic", "arrears", "multi_line", "enterprise"])
def test_the_balance_is_what_the_account_holds_to_the_fen(sandbox: httpx.Client, tag: str) -> None:
    for number in raw.numbers(sandbox, tag)[:3]:
        buckets = raw.get(sandbox, "654", "bucket", logicalResource__id=number, usageType="monetary")

        assert balance(number) == sum(raw.cents(bucket["remainingValue"]["amount"]) for bucket in buckets)


def test_what_is_owed_is_negative(sandbox: httpx.Client) -> None:
    assert all(balance(number) < 0 for number in raw.numbers(sandbox, "arrears"))


def test_a_number_of_nobody_has_no_balance(sandbox: httpx.Client) -> None:
    with pytest.raises(NotFound):
        balance("19900000000")


def test_payments_come_newest_first_with_their_amounts(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[0]
    asked = {"logicalResource__id": number, "status": "completed", "sort": "-requestedDate", "limit": 4}
    found = raw.get(sandbox, "654", "topupBalance", **asked)
    assert len(found) > 1

    paid = topups(number, 4)

    assert [topup.amount for topup in paid] == [raw.cents(topup["amount"]["amount"]) for topup in found]
    assert [topup.at for topup in paid] == [parse_iso(topup["requestedDate"]) for topup in found]
    assert [topup.channel for topup in paid] == [topup["channel"]["name"] for topup in found]
    assert paid == sorted(paid, key=lambda topup: topup.at, reverse=True)


def test_a_payment_that_has_not_arrived_says_so(sandbox: httpx.Client) -> None:
    waiting = [topups(number, 20) for number in raw.numbers(sandbox, "topup_not_credited")]

    assert all(any(not topup.credited for topup in paid) for paid in waiting)
    assert all(topup.credited for topup in topups(raw.numbers(sandbox, "basic")[0], 20))


def test_a_number_without_payments_has_an_empty_list(sandbox: httpx.Client) -> None:
    assert topups("19900000000", 5) == []


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[5]",
        b'[{"remainingValue": 12.5}]',
        b'[{"remainingValue": {"units": "MB", "amount": 5}}]',
        b'[{"remainingValue": {"units": "CNY", "amount": NaN}}]',
        b'[{"remainingValue": {"units": "CNY", "amount": 1e999}}]',
    ],
)
def test_a_balance_in_another_shape_breaks_the_contract(scripted: Operator, body: bytes) -> None:
    scripted.script = answers(200, body)

    with pytest.raises(ContractBroken):
        balance("18900001001")


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[0]
    sandbox.post("/sandbox/faults", json={"api": "654", "mode": "wrong_type"})

    with pytest.raises(ContractBroken):
        balance(number)
    with pytest.raises(ContractBroken):
        topups(number, 5)


@pytest.mark.parametrize("mode", ["error", "reset", "drip_headers"])
def test_a_failing_system_is_unavailable(sandbox: httpx.Client, mode: str) -> None:
    sandbox.post("/sandbox/faults", json={"api": "654", "mode": mode})

    with pytest.raises(Unavailable):
        balance("18900001001")


def test_a_payment_is_found_by_its_number(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "topup_not_credited")[0]
    latest = topups(number, 5)

    assert [topup(paid.id) for paid in latest] == latest
    (waits,) = (paid for paid in latest if paid.state == "created")
    assert not waits.credited
