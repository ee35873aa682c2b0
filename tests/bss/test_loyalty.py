import uuid

import httpx
import pytest

from bss.balance import balance
from bss.errors import ContractBroken, Rejected
from bss.loyalty import BILL_CREDIT, FEN_PER_POINT, NewRedemption, lots, redeem
from common.times import parse_iso
from tests.bss import raw
from tests.bss.scripted import Operator, answers


def test_points_are_those_of_the_customer_in_the_order_they_run_out(sandbox: httpx.Client) -> None:
    several = 0
    for number in raw.numbers(sandbox, "basic"):
        customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
        found = raw.get(sandbox, "658", "loyaltyBalance", loyaltyProgramMember__id=customer)
        several += len(found) > 1

        read = lots(customer)

        assert [(lot.expires, lot.points) for lot in read] == sorted(
            (parse_iso(lot["validFor"]["endDateTime"]), lot["quantity"]["value"]) for lot in found
        )
    assert several


def test_a_company_has_no_points(sandbox: httpx.Client) -> None:
    customer = raw.product(sandbox, raw.numbers(sandbox, "enterprise")[0])["relatedParty"][0]["id"]

    assert lots(customer) == []


def test_points_that_never_run_out_come_last(scripted: Operator) -> None:
    scripted.script = answers(
        200,
        b'[{"quantity": {"unit": "POINT", "value": 1}}, {"quantity": {"unit": "POINT", "value": 2}},'
        b' {"quantity": {"unit": "POINT", "value": 3}, "validFor": {"endDateTime": "2027-12-31T23:59:59+08:00"}}]',
    )

    assert [lot.points for lot in lots("C1")] == [3, 1, 2]


@pytest.mark.parametrize(
    "quantity",
    [
        "{}",
        "5",
        '{"unit": "MILE", "value": 5}',
        '{"unit": "POINT"}',
        '{"unit": "POINT", "value": NaN}',
        '{"unit": "POINT", "value": 1e999}',
        '{"unit": "POINT", "value": true}',
    ],
)
def test_points_in_another_shape_break_the_contract(scripted: Operator, quantity: str) -> None:
    scripted.script = answers(200, f'[{{"quantity": {quantity}}}]'.encode())

    with pytest.raises(ContractBroken):
        lots("C1")


def test_points_become_bill_credit_once_for_a_key(sandbox: httpx.Client) -> None:
    number, key = raw.numbers(sandbox, "basic")[0], uuid.uuid4().hex
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    before, money = lots(customer), balance(number)

    made = {redeem(NewRedemption(customer, number, 100, BILL_CREDIT), idempotency_key=key) for _ in range(2)}

    assert len(made) == 1
    assert balance(number) - money == 100 * FEN_PER_POINT
    assert sum(lot.points for lot in before) - sum(lot.points for lot in lots(customer)) == 100


def test_a_redemption_is_refused_by_a_word(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[0]
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]

    def refused(new: NewRedemption) -> tuple[str, int]:
        with pytest.raises(Rejected) as raised:
            redeem(new, idempotency_key=uuid.uuid4().hex)
        return raised.value.code, raised.value.status

    assert refused(NewRedemption(customer, number, 10**6, BILL_CREDIT)) == ("notEnoughPoints", 409)
    assert refused(NewRedemption(customer, number, 100, "car")) == ("unknownGift", 409)
    assert refused(NewRedemption("nobody", number, 100, BILL_CREDIT)) == ("unknownMember", 409)


def test_a_refusal_without_a_word_keeps_its_number(scripted: Operator) -> None:
    scripted.script = answers(409, b'{"code": 60, "reason": "x"}')

    with pytest.raises(Rejected) as raised:
        redeem(NewRedemption("C1", "1", 1, BILL_CREDIT), idempotency_key="k")
    assert (raised.value.code, raised.value.reason) == ("60", "x")


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    sandbox.post("/sandbox/faults", json={"api": "658", "mode": "wrong_type"})

    with pytest.raises(ContractBroken):
        lots("C0001")
