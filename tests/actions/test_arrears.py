import httpx

from actions.arrears import ActionQueryArrears
from bss import balance
from bss.billing import bills
from common.money import yuan
from common.times import month_label
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw


async def ask(number: str) -> Turn:
    return await run(ActionQueryArrears(), tracker(intent="query_balance_arrears", slots=verified(number)))


async def test_what_is_owed_is_told_with_the_bills_that_are_not_paid(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    for number, count in (("15300001005", 1), ("18000001006", 2)):
        account = raw.product(sandbox, number)["billingAccount"]["id"]
        unpaid = [bill for bill in bills(account) if bill.unpaid]

        turn = await ask(number)

        assert len(unpaid) == len(turn.card["rows"]) == count
        assert f"欠费{yuan(-balance.balance(number))}，从{month_label(unpaid[-1].month)}的账单开始" in turn.text
        assert ("已经停机" in turn.text) == (count == 2)


async def test_who_owes_nothing_is_told_so(number: str) -> None:
    turn = await ask(number)

    assert turn.responses == ["utter_arrears_none"]
    assert yuan(balance.balance(number)) in turn.text


async def test_a_debt_before_the_bill_is_still_a_debt(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    body = {
        "amount": {"amount": -200.0, "units": "CNY"},
        "usageType": "monetary",
        "bucket": {"id": "BK0001-CNY"},
        "partyAccount": {"id": "A0001"},
        "adjustType": "oneTime",
    }
    raw.post(sandbox, "654", "adjustBalance", body)

    turn = await ask("18900001001")

    assert turn.responses == ["utter_balance_owed"]
    raw.reset(sandbox)
