import httpx
import pytest

from bss.errors import ContractBroken
from bss.loyalty import lots
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


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    sandbox.post("/sandbox/faults", json={"api": "658", "mode": "wrong_type"})

    with pytest.raises(ContractBroken):
        lots("C0001")
