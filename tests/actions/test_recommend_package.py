"""Recommendations, over the real sandbox."""

import re

import httpx
import pytest

from actions.recommend_package import ActionRecommendPackage
from bss import catalogue, inventory, usage
from tests.actions.journeys import Talker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def seeded(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


async def test_the_saving_that_is_told_is_that_of_the_months_that_were_used(sandbox: httpx.Client) -> None:
    number = "18900001001"
    plan = catalogue.offering("PLAN-99")
    talker = Talker(ActionRecommendPackage(), number)

    turn = await talker.begin("推荐个套餐")

    assert turn.responses == ["utter_recommend", "utter_recommend_choose"]
    told = [float(amount.replace(",", "")) for amount in re.findall(r"([\d,]+\.\d\d)元", " ".join(turn.texts))]
    now, best, saved = told
    months = usage.history(number)
    beyond = [
        max(0, month.data_mb - plan.data_mb) * 500 / 1024 + max(0, month.voice_minutes - plan.voice_minutes) * 10
        for month in months
    ]
    assert now == pytest.approx((plan.fee + sum(beyond) / len(months)) / 100, abs=0.02)
    assert saved == pytest.approx(now - best, abs=0.011)
    assert saved > 0


async def test_the_best_is_changed_to_after_the_confirmation(sandbox: httpx.Client) -> None:
    talker = Talker(ActionRecommendPackage(), "18900001001")
    await talker.begin("推荐个套餐")
    assert talker.state is not None
    assert talker.state.ask is not None
    best = talker.state.ask.options[0]

    await talker.press(best.title)
    assert talker.open == "utter_change_confirm"
    await talker.press("确认办理")

    raw.advance(sandbox, "PT10S")
    assert inventory.subscriptions(inventory.line("18900001001"))[0].offering == best.value


async def test_who_looks_at_others_chooses_among_all(sandbox: httpx.Client) -> None:
    talker = Talker(ActionRecommendPackage(), "18900001001")
    await talker.begin("推荐个套餐")

    turn = await talker.press("看看别的")

    assert turn.responses == ["utter_change_can_be", "utter_change_choose"]


async def test_who_stays_is_left_in_peace(sandbox: httpx.Client) -> None:
    talker = Talker(ActionRecommendPackage(), "18900001001")
    await talker.begin("推荐个套餐")

    turn = await talker.press("先不换")

    assert turn.responses == ["utter_stopped_journey"]


async def test_within_a_contract_nothing_that_costs_a_fee_is_recommended() -> None:
    turn = await Talker(ActionRecommendPackage(), "18100001032").begin("有没有更便宜的套餐")

    assert turn.responses == ["utter_recommend_none_bound"]


async def test_the_best_plan_is_called_so() -> None:
    turn = await Talker(ActionRecommendPackage(), "13300001023").begin("推荐个套餐")

    assert turn.responses == ["utter_recommend_none"]
    assert "孝心卡19元" in turn.text


async def test_cards_that_share_the_plan_count_with_it(sandbox: httpx.Client) -> None:
    line = inventory.line("18900001029")
    cards = [one.number for one in inventory.lines(line.customer) if one.kind == "mobile"]
    mean = sum(month.voice_minutes for card in cards for month in usage.history(card)) / 3

    turn = await Talker(ActionRecommendPackage(), line.number).begin("推荐个套餐")

    assert f"打{mean:.0f}分钟电话" in turn.texts[0]
