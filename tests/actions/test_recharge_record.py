import httpx
import pytest

from actions.recharge_record import SHOWN, ActionQueryRechargeRecord
from common.money import yuan
from common.times import moment_label, parse_iso
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw


async def ask(number: str) -> Turn:
    return await run(ActionQueryRechargeRecord(), tracker(intent="query_recharge_record", slots=verified(number)))


async def test_the_latest_payments_are_told_newest_first(sandbox: httpx.Client, number: str) -> None:
    found = raw.get(sandbox, "654", "topupBalance", logicalResource__id=number, sort="-requestedDate", limit=SHOWN)

    turn = await ask(number)

    assert [row["value"] for row in turn.card["rows"]] == [
        yuan(raw.cents(topup["amount"]["amount"])) for topup in found
    ]
    assert moment_label(parse_iso(found[0]["requestedDate"])) in turn.text
    assert turn.text.endswith("已到账。")


async def test_money_that_has_not_arrived_is_not_said_to_have(sandbox: httpx.Client) -> None:
    for number in raw.numbers(sandbox, "topup_not_credited"):
        newest = raw.get(sandbox, "654", "topupBalance", logicalResource__id=number, sort="-requestedDate", limit=1)[0]

        turn = await ask(number)

        assert ("没有到账" in turn.text) == (newest["status"] != "completed")
        assert any(row["note"] == "处理中，还未到账" for row in turn.card["rows"])


async def test_without_payments_that_is_said(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.recharge_record.balance.topups", lambda number, limit: [])

    assert (await ask(number)).responses == ["utter_recharges_none"]
