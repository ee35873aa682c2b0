"""Top-ups by link, over the real sandbox; through the real Rasa they are in tests/dialogues."""

import json
import re
from typing import Any

import httpx
import pytest

from actions.top_up import ActionTopUp
from bss import balance, outbox
from common.masking import mask_number
from tests.actions.journeys import Talker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


def topups(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    """The top-ups by link, the newest first."""
    found = raw.get(sandbox, "654", "topupBalance", logicalResource__id=number, sort="-requestedDate")
    return [topup for topup in found if topup["paymentMethod"]["id"] == "link"]


def pay(sandbox: httpx.Client, link: str) -> None:
    """Pays on the page behind a link."""
    sandbox.post(link).raise_for_status()


async def test_a_verified_number_is_topped_up_by_a_link_that_is_paid(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    before = balance.balance(number)
    talker = Talker(ActionTopUp(), number)
    await talker.begin("我要充话费")
    assert (talker.open, list(talker.buttons)) == ("utter_top_up_amount", ["50元", "100元", "200元"])
    await talker.press("100元")
    assert talker.open == "utter_top_up_confirm"
    assert f"给{mask_number(number)}充值100.00元" in talker.turn.text

    turn = await talker.press("确认办理")

    (topup,) = topups(sandbox, number)
    assert (turn.responses, topup["status"]) == (["utter_top_up_link"], "created")
    link = re.search(r"http\S+$", turn.text)
    assert link is not None
    assert (link[0], balance.balance(number)) == (balance.payment_link(topup["id"]), before)
    pay(sandbox, link[0])
    assert balance.balance(number) == before + 10000


async def test_somebody_elses_number_needs_no_identity_and_shows_nothing(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    other = "18000001006"  # owes money
    talker = Talker(ActionTopUp())
    await talker.begin("给我妈充话费")
    assert talker.open == "utter_top_up_number"
    await talker.say(other, phone_number=other)
    assert talker.open == "utter_top_up_amount"
    await talker.say("三十块", money="3000")
    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_top_up_link"]
    assert "欠费" not in "".join(turn.texts)
    (topup,) = topups(sandbox, other)
    assert raw.cents(topup["amount"]["amount"]) == 3000


async def test_all_in_one_sentence_is_only_confirmed_and_no_number_is_kept_in_the_clear(number: str) -> None:
    talker = Talker(ActionTopUp(), number)

    await talker.begin(f"给{number}充50", phone_number=number, money="5000")

    assert talker.open == "utter_top_up_confirm"
    assert number not in json.dumps(talker.slots)


async def test_number_and_amount_are_corrected_at_the_confirmation(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    other = raw.numbers(sandbox, "elderly")[0]
    talker = Talker(ActionTopUp(), number)
    await talker.begin("充50", money="5000")

    await talker.say(f"不对，是给{other}充80", "correction", phone_number=other, money="8000")

    assert f"给{mask_number(other)}充值80.00元" in talker.turn.text
    assert other not in json.dumps(talker.slots)
    await talker.press("确认办理")
    assert (len(topups(sandbox, other)), topups(sandbox, number)) == (1, [])


async def test_what_a_verified_customer_owes_is_the_first_choice(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = "15300001005"
    owed = -balance.balance(number)
    talker = Talker(ActionTopUp(), number)

    await talker.begin("缴费")

    assert talker.open == "utter_top_up_amount_owed"
    assert talker.state is not None
    assert talker.state.ask is not None
    assert int(talker.state.ask.options[0].value) == owed


@pytest.mark.parametrize("fen", ["50", "600000"])
async def test_an_amount_that_the_operator_does_not_take_is_asked_again(number: str, fen: str) -> None:
    talker = Talker(ActionTopUp(), number)
    await talker.begin("充值", money=fen)
    assert talker.open == "utter_top_up_amount_wrong"

    await talker.say("五十", "recharge")

    assert "50.00元" in talker.turn.text


async def test_a_number_of_another_operator_is_asked_again(number: str) -> None:
    talker = Talker(ActionTopUp())
    await talker.begin("充值", phone_number="13800000000", money="5000")
    assert talker.open == "utter_top_up_number_unknown"

    await talker.say(number, phone_number=number)

    assert talker.open == "utter_top_up_confirm"


async def test_who_does_not_want_it_after_all_pays_nothing(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionTopUp(), number)
    await talker.begin("充50", money="5000")

    turn = await talker.press("先不办")

    assert "没有继续" in turn.text
    assert topups(sandbox, number) == []


async def test_while_the_balance_system_is_down_the_top_up_is_kept(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionTopUp(), number)
    await talker.begin("充50", money="5000")
    raw.breaks(sandbox, "654")

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_top_up_later"]
    assert re.search(r"WH\d{4}-\d{4}-\d{4}", turn.text)
    assert "http" not in turn.text


async def test_a_refused_top_up_is_said_and_left_to_nobody(
    sandbox: httpx.Client, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.top_up.MOST", 10**8)
    talker = Talker(ActionTopUp(), number)
    await talker.begin("充5001", money="500100")

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_top_up_refused"]
    assert outbox.stuck() == []


async def test_a_verified_number_that_has_ended_is_asked_for_another(sandbox: httpx.Client) -> None:
    raw.ends(sandbox, "18900001001")
    talker = Talker(ActionTopUp(), "18900001001")

    await talker.begin("我要充话费")

    raw.reset(sandbox)
    assert talker.open == "utter_top_up_number_unknown"


async def test_a_refused_top_up_is_refused_again_when_its_turn_is_repeated(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.top_up.MOST", 10**8)
    talker = Talker(ActionTopUp(), number)
    await talker.begin("充5001", money="500100")
    before = dict(talker.slots)
    confirm = talker.buttons["确认办理"]
    assert (await talker.press("确认办理")).responses == ["utter_top_up_refused"]

    # The turn's answer was lost: the slots are as they were.
    talker.slots = before
    entities = json.loads(confirm.removeprefix("/answer"))
    turn = await talker.say(confirm, "answer", 1.0, **entities)

    assert turn.responses == ["utter_top_up_refused"]


async def test_another_amount_after_a_turn_that_was_lost_is_another_top_up(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionTopUp(), number)
    await talker.begin("充50", money="5000")
    before = dict(talker.slots)
    await talker.press("确认办理")

    talker.slots = before
    await talker.say("不对，是80", "correction", money="8000")
    await talker.press("确认办理")

    amounts = {raw.cents(topup["amount"]["amount"]) for topup in topups(sandbox, number)}
    assert amounts == {5000, 8000}
