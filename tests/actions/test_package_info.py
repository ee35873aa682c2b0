"""Facts of plans and packs for anybody, over the real sandbox."""

import httpx
import pytest

from actions.package_info import ActionPackageInfo
from actions.resume import ActionResume
from bss import inventory
from tests.actions.journeys import Talker
from tests.actions.talk import run, tracker, verified
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


async def test_a_plan_is_told_to_somebody_whom_nobody_knows() -> None:
    talker = Talker(ActionPackageInfo())

    turn = await talker.begin("5G畅享129元套餐有什么", package="PLAN-129")

    assert turn.responses == ["utter_info", "utter_info_wanted"]
    assert "129.00元" in turn.texts[0]
    assert "30GB" in turn.texts[0]
    ended = await talker.press("先不办")
    assert ended.responses == ["utter_info_end"]


async def test_the_kind_is_asked_only_when_the_sentence_does_not_tell_it() -> None:
    unclear, packs = Talker(ActionPackageInfo()), Talker(ActionPackageInfo())
    await unclear.begin("收费标准")
    assert list(unclear.buttons) == ["手机套餐", "流量包语音包", "增值业务", "宽带套餐"]

    await packs.begin("流量包多少钱")
    assert list(packs.buttons) == ["10GB流量包", "30GB夜间流量包", "5GB加油包", "100分钟语音包", "看看别的"]
    broadband = Talker(ActionPackageInfo())
    await broadband.begin("宽带多少钱", "ask_package_info_broadband")
    assert list(broadband.buttons) == ["300M宽带", "500M宽带", "千兆宽带"]


async def test_companies_and_retired_plans_are_not_offered() -> None:
    talker = Talker(ActionPackageInfo())
    seen: list[str] = []
    await talker.begin("有什么套餐")
    for _ in range(3):
        seen += [title for title in talker.buttons if title != "看看别的"]
        await talker.press("看看别的")

    assert {"孝心卡19元", "星卡29元", "十全十美融合299元"} <= set(seen)
    assert not {"商企畅联99元", "4G畅享79元", "副卡10元"} & set(seen)


async def test_a_plan_that_is_no_longer_sold_is_told_so() -> None:
    turn = await Talker(ActionPackageInfo()).begin("4G畅享79元", package="PLAN-79")

    assert turn.responses == ["utter_info_not_sold"]


async def test_who_wants_it_proves_the_number_and_goes_on_with_the_order(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = "18100001004"
    talker = Talker(ActionPackageInfo())
    await talker.begin("5G畅享129元套餐", package="PLAN-129")

    asked = await talker.press("我要办")
    assert talker.state is None
    (waiting,) = asked.slots["pending_request"]
    assert waiting["action"] == "action_package_info"
    on = tracker("", "query_balance", slots=asked.slots | verified(number))
    resumed = await run(ActionResume(), on)
    talker.slots = resumed.slots

    assert talker.open == "utter_change_confirm"
    turn = await talker.say("/answer", "answer", 1.0, ask=talker.state.ask_id if talker.state else "", value="yes")
    assert turn.responses == ["utter_change_ordered"]
    raw.advance(sandbox, "PT10S")
    assert inventory.subscriptions(inventory.line(number))[0].offering == "PLAN-129"


async def test_a_pack_is_ordered_from_its_facts(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionPackageInfo(), "18900001001")
    await talker.begin("5GB加油包多少钱", addon="DATA-5")
    await talker.press("我要办")
    await talker.press("确认办理")

    raw.advance(sandbox, "PT10S")
    assert "DATA-5" in {one.offering for one in inventory.subscriptions(inventory.line("18900001001"))}


async def test_a_plan_instead_of_a_pack_is_a_change_of_plan_with_its_early_fee(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionPackageInfo(), "18100001032")
    await talker.begin("流量包多少钱")
    await talker.press("10GB流量包")
    await talker.press("我要办")
    assert talker.open == "utter_addon_confirm"

    await talker.say("不对，我要129元的融合套餐", "correction", package="FUSION-129")
    await talker.press("我要办")

    assert talker.open == "utter_change_confirm"
    assert "违约金" in talker.turn.text
