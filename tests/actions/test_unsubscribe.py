"""Ending packs and services, over the real sandbox."""

import httpx
import pytest

from actions.addon import ActionBuyAddon
from actions.unsubscribe import ActionUnsubscribe
from bss import inventory, outbox
from bss.orders import NewOrder
from common.masking import mask_number
from tests.actions.journeys import Talker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def seeded(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def held(sandbox: httpx.Client, number: str) -> set[str | None]:
    """What is active once the orders are carried out."""
    raw.advance(sandbox, "PT10S")
    return {one.offering for one in inventory.subscriptions(inventory.line(number))}


async def test_a_service_that_is_named_ends_without_a_question_why(sandbox: httpx.Client) -> None:
    number = "18100001018"
    talker = Talker(ActionUnsubscribe(), number)
    asked = await talker.begin("彩铃不要了", vas="VAS-RING")

    assert talker.open == "utter_unsubscribe_confirm"
    assert "每月6.00元" in asked.text
    assert "本月起不再收费" in asked.text
    done = await talker.press("确认办理")
    assert done.responses == ["utter_unsubscribed"]
    assert "投诉" in done.text
    assert "VAS-RING" not in held(sandbox, number)
    raw.advance(sandbox, "P31D")
    customer = inventory.line(number).customer
    (bill, *_) = raw.get(sandbox, "678", "customerBill", relatedParty__id=customer, sort="-billDate")
    rates = raw.get(sandbox, "678", "appliedCustomerBillingRate", bill__id=bill["id"])
    assert "视频彩铃" not in {rate.get("product", {}).get("name") for rate in rates}


async def test_of_several_one_is_chosen(sandbox: httpx.Client) -> None:
    talker = Talker(ActionUnsubscribe(), "18100001004")
    await talker.begin("退订业务")
    assert list(talker.buttons) == ["来电显示", "亲情网"]

    await talker.say("亲情网", vas="VAS-FAMILY")
    await talker.press("确认办理")

    assert held(sandbox, "18100001004") == {"PLAN-59", "VAS-CLIP"}


async def test_a_pack_is_found_by_its_kind_and_a_service_by_its_price() -> None:
    pack = Talker(ActionUnsubscribe(), "17700001003")
    await pack.begin("把我的流量包退掉")
    assert pack.state is not None
    assert (pack.open, pack.state.ask and pack.state.ask.values["name"]) == ("utter_unsubscribe_confirm", "10GB流量包")

    priced = Talker(ActionUnsubscribe(), "18100001004")
    await priced.begin("把那个五块钱的业务退了", money="500")
    assert priced.state is not None
    assert priced.state.ask is not None
    assert priced.state.ask.values["name"] == "来电显示"


async def test_what_is_not_held_is_said_with_what_is_and_the_way_to_unknown_ones(sandbox: httpx.Client) -> None:
    talker = Talker(ActionUnsubscribe(), "18100001004")

    turn = await talker.begin("退订云盘", vas="VAS-DISK")

    assert "没有订天翼云盘会员" in turn.text
    assert "0000到10001" in turn.text
    assert list(talker.buttons) == ["来电显示", "亲情网"]


async def test_nothing_held_is_said(sandbox: httpx.Client) -> None:
    turn = await Talker(ActionUnsubscribe(), "13300001002").begin("退订业务")

    assert turn.responses == ["utter_unsubscribe_none"]


async def test_after_no_nothing_ends(sandbox: httpx.Client) -> None:
    number = "18900001001"
    talker = Talker(ActionUnsubscribe(), number)
    await talker.begin("退来电显示", vas="VAS-CLIP")
    turn = await talker.press("先不办")

    assert turn.responses == ["utter_stopped_journey"]
    assert "VAS-CLIP" in held(sandbox, number)


async def test_a_faster_broadband_line_is_ended_from_the_mobile_number(sandbox: httpx.Client) -> None:
    number = "18900001015"
    broadband = next(one for one in inventory.lines(inventory.line(number).customer) if one.kind == "broadband")
    order = Talker(ActionBuyAddon(), number)
    await order.begin("提速到千兆", addon="SPEED-UP")
    await order.press("确认办理")
    assert "SPEED-UP" in held(sandbox, broadband.number)

    talker = Talker(ActionUnsubscribe(), number)
    asked = await talker.begin("退订宽带提速", addon="SPEED-UP")
    assert mask_number(broadband.number) in asked.text
    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_unsubscribed"]
    assert "SPEED-UP" not in held(sandbox, broadband.number)


async def test_what_two_lines_have_is_ended_on_the_one_that_was_verified_and_told_apart_otherwise(
    sandbox: httpx.Client,
) -> None:
    number = "18000001027"
    own, other, *_ = [one for one in inventory.lines(inventory.line(number).customer) if one.kind == "mobile"]
    for one in (own, other):
        outbox.submit(NewOrder("add", one.customer, one.id, offering="VAS-CLIP"), f"test:{one.id}")
    assert "VAS-CLIP" in held(sandbox, own.number)

    named = Talker(ActionUnsubscribe(), own.number)
    asked = await named.begin("退来电显示", vas="VAS-CLIP")
    assert mask_number(own.number) in asked.text
    every = Talker(ActionUnsubscribe(), own.number)
    await every.begin("退订业务")
    assert {f"来电显示 {mask_number(one.number)}" for one in (own, other)} <= set(every.buttons)
