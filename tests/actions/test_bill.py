from typing import Any

import httpx
import pytest

from actions.bill import ActionQueryBill
from common.masking import mask_number
from common.money import yuan
from common.times import month_label, month_of, shanghai_today
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw


def bills(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    account = raw.product(sandbox, number)["billingAccount"]["id"]
    return raw.get(sandbox, "678", "customerBill", billingAccount__id=account, sort="-billDate")


def month(bill: dict[str, Any]) -> str:
    return str(bill["billingPeriod"]["startDateTime"])[:7]


async def ask(number: str, **entities: str) -> Turn:
    return await run(ActionQueryBill(), tracker(intent="query_bill", entities=entities, slots=verified(number)))


async def test_without_a_month_the_newest_bill_is_told(sandbox: httpx.Client, number: str) -> None:
    newest = bills(sandbox, number)[0]

    turn = await ask(number)

    total = yuan(raw.cents(newest["amountDue"]["value"]))
    assert f"{mask_number(number)}的{month_label(month(newest))}账单是{total}" in turn.text
    assert turn.card["title"] == f"{month_label(month(newest))}账单"


async def test_the_month_that_was_asked_for_is_told_line_by_line(sandbox: httpx.Client, number: str) -> None:
    wanted = bills(sandbox, number)[2]
    rates = raw.get(sandbox, "678", "appliedCustomerBillingRate", bill__id=wanted["id"])

    turn = await ask(number, month=month(wanted))

    assert turn.card["amount"] == yuan(raw.cents(wanted["amountDue"]["value"]))
    assert [(row["label"], row["value"]) for row in turn.card["rows"]] == [
        (rate["name"], yuan(raw.cents(rate["taxIncludedAmount"]["value"]))) for rate in rates
    ]


async def test_what_is_not_paid_yet_is_said_with_its_day(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "arrears")[0]
    unpaid = next(bill for bill in bills(sandbox, number) if raw.cents(bill["remainingAmount"]["value"]) > 0)

    turn = await ask(number, month=month(unpaid))

    assert turn.responses == ["utter_bill_unpaid"]
    assert f"还有{yuan(raw.cents(unpaid['remainingAmount']['value']))}未缴" in turn.text
    assert turn.card["note"].endswith("前缴清")


async def test_a_bill_that_is_paid_asks_for_no_payment(sandbox: httpx.Client, number: str) -> None:
    paid = next(bill for bill in bills(sandbox, number) if raw.cents(bill["remainingAmount"]["value"]) == 0)

    turn = await ask(number, month=month(paid))

    assert (turn.responses, turn.card["note"]) == (["utter_bill"], None)


@pytest.mark.parametrize("offset", [0, 1])
async def test_this_months_bill_is_not_out_yet(number: str, offset: int) -> None:
    wanted = month_of(shanghai_today(), offset)

    turn = await ask(number, month=wanted)

    assert turn.responses == ["utter_bill_not_yet"]
    assert month_label(wanted) in turn.text


async def test_a_month_long_ago_is_answered_with_what_there_is(sandbox: httpx.Client, number: str) -> None:
    known = bills(sandbox, number)

    turn = await ask(number, month="2019-01")

    assert turn.text == (
        f"查不到2019年1月的账单。这里可以查{month_label(month(known[-1]))}到{month_label(month(known[0]))}的。"
    )


async def test_an_account_without_bills_says_so(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.bill.billing.bills", lambda account: [])

    turn = await ask(number)

    assert turn.responses == ["utter_bill_none"]
