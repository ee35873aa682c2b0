"""Packs and services, over the real sandbox."""

import httpx
import pytest

from actions.addon import ActionBuyAddon, ActionSubscribeVas
from bss import inventory
from tests.actions.journeys import Talker
from tests.actions.ticket_making import sub_card
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def seeded(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def held(sandbox: httpx.Client, number: str) -> set[str | None]:
    """What is active once the orders are carried out."""
    raw.advance(sandbox, "PT10S")
    return {one.offering for one in inventory.subscriptions(inventory.line(number))}


async def test_a_pack_is_ordered_with_price_renewal_and_the_way_out(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionBuyAddon(), number)
    asked = await talker.begin("加个5GB加油包", addon="DATA-5")

    assert talker.open == "utter_addon_confirm"
    for told in ("5GB加油包", "每月10.00元", "马上生效", "次月自动续订", "退订5GB加油包"):
        assert told in asked.text
    done = await talker.press("确认办理")
    assert done.responses == ["utter_addon_ordered"]
    assert "DATA-5" in held(sandbox, number)


@pytest.mark.parametrize(
    ("entities", "pack"),
    [
        ({"data_amount": "10240", "usage_type": "data"}, "DATA-10"),
        ({"data_amount": "3072"}, "DATA-5"),
        ({"money": "2000"}, "DATA-10"),
        ({"usage_type": "voice"}, "VOICE-100"),
    ],
)
async def test_what_the_sentence_fits_is_taken(number: str, entities: dict[str, str], pack: str) -> None:
    talker = Talker(ActionBuyAddon(), number)

    await talker.begin("加点", **entities)

    assert talker.state is not None
    assert (talker.open, talker.state.values["addon"]) == ("utter_addon_confirm", pack)


async def test_a_price_that_two_packs_have_is_asked(number: str) -> None:
    talker = Talker(ActionBuyAddon(), number)

    await talker.begin("来个十块钱的", money="1000")

    assert list(talker.buttons) == ["5GB加油包", "100分钟语音包"]


async def test_for_abroad_it_is_the_roaming_pack(number: str) -> None:
    talker = Talker(ActionBuyAddon(), number)

    await talker.begin("去泰国要流量", "buy_addon_roaming")

    assert talker.state is not None
    assert talker.state.values["addon"] == "ROAM-30"


async def test_without_a_hint_four_are_offered_and_more_on_demand(number: str) -> None:
    talker = Talker(ActionBuyAddon(), number)
    await talker.begin("流量包")
    assert list(talker.buttons) == ["10GB流量包", "30GB夜间流量包", "5GB加油包", "100分钟语音包", "看看别的"]

    await talker.press("看看别的")

    assert list(talker.buttons) == ["国际漫游流量包", "看看别的"]


async def test_what_is_held_is_not_ordered_twice(sandbox: httpx.Client) -> None:
    number = "17700001003"

    turn = await Talker(ActionBuyAddon(), number).begin("订10GB流量包", addon="DATA-10")

    assert turn.responses == ["utter_addon_held"]


async def test_a_line_that_is_stopped_is_told_what_comes_first() -> None:
    arrears = await Talker(ActionBuyAddon(), "18000001006").begin("买流量", addon="DATA-5")
    parked = await Talker(ActionBuyAddon(), "18900001008").begin("买流量", addon="DATA-5")

    assert (arrears.responses, parked.responses) == (["utter_order_arrears"], ["utter_order_suspended"])


async def test_a_faster_line_is_for_the_customers_broadband(sandbox: httpx.Client, number: str) -> None:
    none = await Talker(ActionBuyAddon(), number).begin("提速到千兆", addon="SPEED-UP")
    assert none.responses == ["utter_addon_no_line"]
    fast = await Talker(ActionBuyAddon(), "18100001011").begin("提速到千兆", addon="SPEED-UP")
    assert fast.responses == ["utter_addon_fast"]

    talker = Talker(ActionBuyAddon(), "18900001015")
    await talker.begin("提速到千兆", addon="SPEED-UP")
    await talker.press("确认办理")

    broadband = next(
        line for line in inventory.lines(inventory.line("18900001015").customer) if line.kind == "broadband"
    )
    assert "SPEED-UP" in held(sandbox, broadband.number)


async def test_a_service_and_the_family_network_are_switched_on(sandbox: httpx.Client, number: str) -> None:
    for intent, entities, service in (
        ("subscribe_vas", {"vas": "VAS-RING"}, "VAS-RING"),
        ("family_number", {}, "VAS-FAMILY"),
    ):
        talker = Talker(ActionSubscribeVas(), number)
        await talker.begin("开通", intent, **entities)
        assert talker.open == "utter_vas_confirm"
        await talker.press("确认办理")
        assert service in held(sandbox, number)


async def test_roaming_itself_is_a_persons_and_the_pack_is_offered(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionSubscribeVas(), number)
    await talker.begin("开通国际漫游", "subscribe_vas_roaming")
    assert list(talker.buttons) == ["订漫游流量包", "转人工", "先不办"]

    await talker.press("订漫游流量包")
    await talker.press("确认办理")

    assert "ROAM-30" in held(sandbox, number)


async def test_after_no_nothing_is_ordered(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionBuyAddon(), number)
    await talker.begin("加油包", addon="DATA-5")

    turn = await talker.press("先不办")

    assert turn.responses == ["utter_stopped_journey"]
    assert "DATA-5" not in held(sandbox, number)


async def test_a_sub_card_orders_nothing_for_the_owners_broadband() -> None:
    turn = await Talker(ActionBuyAddon(), sub_card()).begin("宽带提速", addon="SPEED-UP")

    assert turn.responses == ["utter_addon_no_line"]


async def test_another_pack_after_a_turn_that_was_lost_is_another_order(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionBuyAddon(), number)
    await talker.begin("订10G流量包", addon="DATA-10")
    before = dict(talker.slots)
    await talker.press("确认办理")

    talker.slots = before
    await talker.say("不对，要5G加油包", "correction", addon="DATA-5")
    await talker.press("确认办理")

    assert {"DATA-10", "DATA-5"} <= held(sandbox, number)
