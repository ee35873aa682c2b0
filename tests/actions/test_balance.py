import httpx

from actions.balance import ActionQueryBalance
from common.masking import mask_number
from common.money import yuan
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw


def held(sandbox: httpx.Client, number: str) -> int:
    buckets = raw.get(sandbox, "654", "bucket", logicalResource__id=number, usageType="monetary")
    return sum(raw.cents(bucket["remainingValue"]["amount"]) for bucket in buckets)


async def ask(number: str) -> Turn:
    return await run(ActionQueryBalance(), tracker(slots=verified(number)))


async def test_the_balance_is_said_as_it_is(sandbox: httpx.Client, number: str) -> None:
    turn = await ask(number)

    assert turn.text == f"{mask_number(number)}的话费余额是{yuan(held(sandbox, number))}。"
    assert (turn.card["kind"], turn.card["amount"]) == ("balance", yuan(held(sandbox, number)))
    assert [(row["label"], row["value"]) for row in turn.card["rows"]] == [
        ("号码", mask_number(number)),
        ("号码状态", "正常"),
    ]


async def test_what_is_owed_is_said_as_a_debt_and_not_as_a_negative_balance(sandbox: httpx.Client) -> None:
    for number in raw.numbers(sandbox, "arrears"):
        turn = await ask(number)
        state = {item["name"]: item["value"] for item in raw.product(sandbox, number)["productCharacteristic"]}[
            "accountState"
        ]

        suspended = state == "arrears_suspended"
        assert turn.responses == ["utter_balance_suspended" if suspended else "utter_balance_owed"]
        assert f"欠费{yuan(-held(sandbox, number))}" in turn.text
        assert "-" not in turn.text
        assert turn.card["amount"].startswith("-")
