"""Payments that customers miss, over the real sandbox; through the real Rasa they are in tests/dialogues."""

from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from actions.not_credited import ActionNotCredited, channel_in, meant
from bss import balance, models
from bss.balance import Topup
from common.database import transaction
from common.money import yuan
from tests.actions.journeys import Talker
from tests.actions.talk import TALK
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=timezone.utc)
MISSING = "18000001020"  # 100 yuan by WeChat, two hours ago
STOPPED = "19900001021"  # suspended, and 100 yuan by Alipay on their way
LIFTED = "13300001037"  # suspended, though nothing is owed
NEVER = "18900001001"


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def topup(fen: int, days: float, state: str = "completed") -> Topup:
    return Topup(fen, NOW - timedelta(days=days), "微信支付", state, f"TB{days}")


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({}, 2),
        ({"money": "5000"}, None),
        ({"money": "5000", "date": "2026-11-02"}, 20),
        ({"date": "2026-11-20"}, 2),
        ({"date": "2026-11-21"}, None),
        ({"date_range": "2026-11-16/2026-11-22"}, 2),
        ({"money": "7000"}, None),
        ({"date": "前几天吧"}, None),
    ],
)
def test_the_payment_that_is_meant_is_recent_or_has_the_day_and_the_amount(
    said: dict[str, str], days: float | None
) -> None:
    found = [topup(10000, 2), topup(5000, 20)]

    wanted = meant(found, said, NOW)

    assert (None if wanted is None else wanted.id) == (None if days is None else f"TB{days}")


def test_one_that_has_not_arrived_is_meant_whatever_day_was_named() -> None:
    found = [topup(10000, 0.1), topup(10000, 4, "created")]

    for said in ({}, {"date": "2026-11-22"}, {"money": "10000"}):
        wanted = meant(found, said, NOW)
        assert wanted is not None
        assert wanted.state == "created"
    assert meant(found, {"money": "3000"}, NOW) is None


@pytest.mark.parametrize(
    ("words", "value"), [("我用微信充的", "wechat"), ("银行卡扣了钱", "bank"), ("营业厅交的", "hall"), ("充了", None)]
)
def test_where_it_was_paid_is_read_from_the_sentence(words: str, value: str | None) -> None:
    assert channel_in(words) == value


def complaints(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    return [ticket for ticket in raw.tickets(sandbox, number) if ticket["name"] == "充值没到账"]


def facts(ticket: dict[str, Any]) -> dict[str, str]:
    return {note["id"]: note["text"] for note in ticket["note"]}


def missing(sandbox: httpx.Client, number: str) -> dict[str, Any]:
    return raw.get(sandbox, "654", "topupBalance", logicalResource__id=number, status="created")[0]


async def test_one_that_is_late_is_looked_into_once(sandbox: httpx.Client) -> None:
    talker = Talker(ActionNotCredited(), MISSING)
    await talker.begin("充值没到账")
    assert talker.open == "utter_not_credited_late"
    assert "微信支付充的100.00元超过30分钟还没到账" in talker.turn.text

    turn = await talker.press("登记核查")

    assert turn.responses == ["utter_reported"]
    (ticket,) = complaints(sandbox, MISSING)
    assert facts(ticket)["topup"] == missing(sandbox, MISSING)["id"]
    assert facts(ticket)["amount"] == "100.00元"
    again = await Talker(ActionNotCredited(), MISSING).begin("充的钱还没到")
    assert again.responses == ["utter_not_credited_known"]
    assert ticket["id"] in again.text
    assert len(complaints(sandbox, MISSING)) == 1


async def test_one_on_its_way_is_waited_for_and_its_arrival_told(sandbox: httpx.Client) -> None:
    path = f"{raw.PATHS['654']}topupBalance/{missing(sandbox, MISSING)['id']}"
    paid = (datetime.now(timezone.utc) - timedelta(minutes=1)).isoformat()
    patch(sandbox, path, {"status": "created", "requestedDate": paid})

    turn = await Talker(ActionNotCredited(), MISSING).begin("刚充的一百没到", money="10000")

    assert turn.responses == ["utter_not_credited_in_transit"]
    assert complaints(sandbox, MISSING) == []
    with transaction() as session:
        watched = [(row.conversation_id, row.identity) for row in session.query(models.Watch)]
    assert watched == [(TALK, missing(sandbox, MISSING)["id"])]


def patch(sandbox: httpx.Client, path: str, body: dict[str, Any]) -> None:
    sandbox.patch(path, json=body).raise_for_status()


async def test_a_paid_sum_that_does_not_cover_the_debt_is_said_to_be_too_little(sandbox: httpx.Client) -> None:
    owed = -balance.balance(STOPPED)
    talker = Talker(ActionNotCredited(), STOPPED)

    turn = await talker.begin("交了钱还是停机")

    assert owed > 10000
    assert turn.responses == ["utter_not_credited_too_little", "utter_not_credited_late"]
    assert f"到账后还差{yuan(owed - 10000)}" in turn.texts[0]
    stopped = await talker.press("先不办")
    assert "没有继续" in stopped.text
    assert complaints(sandbox, STOPPED) == []


async def test_a_line_that_owes_nothing_any_more_is_put_into_service(sandbox: httpx.Client) -> None:
    turn = await Talker(ActionNotCredited(), LIFTED).begin("缴费了还没开机")

    assert turn.responses == ["utter_not_credited_lifting"]
    raw.advance(sandbox, "PT10S")
    assert raw.product(sandbox, LIFTED)["status"] == "active"


async def test_one_that_has_arrived_is_told_and_another_one_can_be_meant(sandbox: httpx.Client) -> None:
    before = balance.balance(NEVER)
    credited(sandbox, NEVER, 30)
    talker = Talker(ActionNotCredited(), NEVER)

    turn = await talker.begin("充了30没到账", money="3000")

    assert turn.responses == ["utter_not_credited_credited"]
    assert f"余额是{yuan(before + 3000)}" in turn.text
    await talker.begin("", value="another")
    assert talker.open == "utter_not_credited_none"


async def test_what_arrived_but_did_not_cover_the_debt_leaves_the_line_stopped(sandbox: httpx.Client) -> None:
    owed = -balance.balance("18000001006")
    credited(sandbox, "18000001006", 20)

    turn = await Talker(ActionNotCredited(), "18000001006").begin("交了20怎么还停机", money="2000")

    assert turn.responses == ["utter_not_credited_owed_suspended"]
    assert f"还欠费{yuan(owed - 2000)}" in turn.text
    assert raw.product(sandbox, "18000001006")["status"] == "suspended"


def credited(sandbox: httpx.Client, number: str, amount: float) -> None:
    account = raw.product(sandbox, number)["billingAccount"]["id"]
    body = {
        "amount": {"amount": amount, "units": "CNY"},
        "usageType": "monetary",
        "bucket": {"id": f"BK{account[1:]}-CNY"},
        "partyAccount": {"id": account},
        "channel": {"id": "wechat", "name": "微信支付"},
    }
    assert raw.post(sandbox, "654", "topupBalance", body)["status"] == "completed"


async def test_what_nobody_has_is_looked_into_with_what_the_customer_says(sandbox: httpx.Client) -> None:
    talker = Talker(ActionNotCredited(), NEVER)
    await talker.begin("我用支付宝充了77没到账", money="7700")
    assert talker.open == "utter_not_credited_none"
    await talker.press("登记核查")
    assert talker.open == "utter_not_credited_when"

    turn = await talker.say("上周五下午吧")

    assert turn.responses == ["utter_reported"]
    (ticket,) = complaints(sandbox, NEVER)
    assert facts(ticket) == {"amount": "77.00元", "at": "上周五下午吧", "channel": "支付宝", "contact": NEVER}
    again = await Talker(ActionNotCredited(), NEVER).begin("充了77没到账", money="7700")
    assert again.responses == ["utter_not_credited_known"]


async def test_only_what_was_not_said_is_asked(sandbox: httpx.Client) -> None:
    talker = Talker(ActionNotCredited(), NEVER)
    await talker.begin("钱没到", date="2026-01-05")
    await talker.press("登记核查")
    assert talker.open == "utter_not_credited_amount"
    await talker.say("一百", "recharge")
    assert talker.open == "utter_not_credited_channel"
    await talker.press("微信")

    (ticket,) = complaints(sandbox, NEVER)
    assert facts(ticket) == {"amount": "100.00元", "at": "2026-01-05", "channel": "微信", "contact": NEVER}


async def test_another_number_is_proven_first_and_then_looked_at(sandbox: httpx.Client) -> None:
    talker = Talker(ActionNotCredited(), NEVER)
    await talker.begin("充了77没到账", money="7700")

    await talker.press("查别的号码")

    assert (talker.state, talker.slots["identity_token"]) == (None, None)
    (waiting,) = talker.slots["pending_request"]
    assert waiting["action"] == "action_not_credited"
    assert waiting["params"]["money"] == "7700"
    assert complaints(sandbox, NEVER) == []


async def test_while_the_tickets_are_down_it_is_registered_later(sandbox: httpx.Client) -> None:
    talker = Talker(ActionNotCredited(), MISSING)
    await talker.begin("充值没到账")
    raw.breaks(sandbox, "621")

    turn = await talker.press("登记核查")

    assert turn.responses == ["utter_reported_later"]
    raw.mends(sandbox)
    assert complaints(sandbox, MISSING) == []
