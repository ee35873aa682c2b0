"""Changes of plan, over the real sandbox; through the real Rasa they are in tests/dialogues."""

import httpx
import pytest

from actions.change_package import ActionChangePackage
from bss import inventory
from tests.actions.journeys import Talker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def seeded(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def plan(sandbox: httpx.Client, number: str) -> str | None:
    """The plan once the orders are carried out."""
    raw.advance(sandbox, "PT10S")
    return inventory.subscriptions(inventory.line(number))[0].offering


async def test_a_plan_that_is_named_is_changed_to_after_one_confirmation(sandbox: httpx.Client) -> None:
    number = "18100001004"
    talker = Talker(ActionChangePackage(), number)
    asked = await talker.begin("换成5G畅享129元套餐", package="PLAN-129")

    assert talker.open == "utter_change_confirm"
    for told in (
        "大流量卡59元",
        "从59.00元变为129.00元",
        "从20GB变为30GB",
        "从200分钟变为500分钟",
        "马上生效",
        "换回来",
    ):
        assert told in asked.text
    done = await talker.press("确认办理")
    assert done.responses == ["utter_change_ordered"]
    assert talker.state is None
    assert plan(sandbox, number) == "PLAN-129"


async def test_after_no_nothing_is_changed(sandbox: httpx.Client) -> None:
    talker = Talker(ActionChangePackage(), "18100001004")
    await talker.begin("换成129", package="PLAN-129")

    turn = await talker.press("先不办")

    assert turn.responses == ["utter_stopped_journey"]
    assert plan(sandbox, "18100001004") == "PLAN-59"


async def test_a_price_alone_names_the_plan_that_one_may_have() -> None:
    talker = Talker(ActionChangePackage(), "13300001002")

    await talker.begin("从一百二十九降到五十九", "change_package_down")

    assert talker.state is not None
    assert (talker.open, talker.state.values["package"]) == ("utter_change_confirm", "PLAN-59")


async def test_upwards_the_dearer_ones_are_offered_and_downwards_the_cheaper() -> None:
    up = Talker(ActionChangePackage(), "18900001001")
    await up.begin("升档", "change_package_up")
    assert list(up.buttons) == ["5G畅享129元套餐", "5G畅享199元套餐"]
    down = Talker(ActionChangePackage(), "18900001001")
    await down.begin("降档", "change_package_down")
    assert list(down.buttons) == ["大流量卡59元", "星卡29元"]


@pytest.mark.parametrize(
    ("number", "wanted", "why"),
    [
        ("18900001001", "PLAN-99", "utter_change_same"),
        ("18900001001", "PLAN-79", "utter_change_retired"),
        ("18900001001", "PLAN-19", "utter_change_age"),
        ("18900001001", "BIZ-99", "utter_change_enterprise"),
        ("18900001001", "BB-500", "utter_change_kind"),
        ("18900001001", "SUB-10", "utter_change_kind"),
        ("18900001001", "FUSION-169", "utter_change_fusion_new"),
        ("18000001013", "PLAN-99", "utter_change_fusion_leave"),
    ],
)
async def test_a_plan_that_cannot_be_had_is_refused_with_the_reason(number: str, wanted: str, why: str) -> None:
    talker = Talker(ActionChangePackage(), number)

    turn = await talker.begin("换套餐", package=wanted)

    assert turn.responses == [why, "utter_change_can_be", "utter_change_choose"]


async def test_who_is_old_enough_may_have_the_plan_for_the_old() -> None:
    talker = Talker(ActionChangePackage(), "17700001024")

    await talker.begin("换孝心卡", package="PLAN-19")

    assert talker.open == "utter_change_confirm"


async def test_a_name_that_means_a_plan_and_a_companys_means_the_plan() -> None:
    talker = Talker(ActionChangePackage(), "18100001004")

    await talker.begin("换成99元套餐", package="PLAN-99,BIZ-99")

    assert talker.state is not None
    assert talker.state.values["package"] == "PLAN-99"


async def test_a_company_has_no_other_plan_to_change_to() -> None:
    turn = await Talker(ActionChangePackage(), "15300001026").begin("换套餐")

    assert turn.responses == ["utter_change_none"]


async def test_a_step_down_within_the_contract_says_its_fee_and_the_operator_charges_it(sandbox: httpx.Client) -> None:
    number = "18100001032"
    fee = inventory.line(number).early_fee
    assert fee
    talker = Talker(ActionChangePackage(), number)

    asked = await talker.begin("降到129", "change_package_down", package="FUSION-129")

    assert f"违约金{fee // 100:,}.{fee % 100:02d}元" in asked.text
    assert "宽带从500M变为300M" in asked.text
    await talker.press("确认办理")
    assert plan(sandbox, number) == "FUSION-129"
    assert inventory.line(number).early_fee == 0


async def test_a_plan_that_is_no_longer_sold_cannot_be_had_back_and_that_is_said() -> None:
    asked = await Talker(ActionChangePackage(), "15300001019").begin("换星卡", package="PLAN-29")

    assert "不能再换回来" in asked.text


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("18000001006", "utter_order_arrears"),
        ("15300001005", "utter_order_owed"),
        ("18900001008", "utter_order_suspended"),
        ("13300001009", "utter_order_lost"),
    ],
)
async def test_a_line_that_owes_or_is_stopped_waits(sandbox: httpx.Client, number: str, why: str) -> None:
    turn = await Talker(ActionChangePackage(), number).begin("换套餐", package="PLAN-29")

    assert turn.responses == [why]


async def test_a_further_card_is_told_to_use_the_main_card() -> None:
    sub = next(
        line.number
        for line in inventory.lines(inventory.line("18900001029").customer)
        if line.kind == "mobile" and not line.main_card
    )

    turn = await Talker(ActionChangePackage(), sub).begin("换套餐")

    assert turn.responses == ["utter_change_sub_card"]


async def test_an_order_that_the_operator_cannot_take_now_is_kept(sandbox: httpx.Client) -> None:
    talker = Talker(ActionChangePackage(), "18100001004")
    await talker.begin("换成129", package="PLAN-129")
    raw.breaks(sandbox, "622")

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_order_later"]


async def test_another_plan_can_be_looked_for_at_the_confirmation() -> None:
    talker = Talker(ActionChangePackage(), "18100001004")
    await talker.begin("换成129", package="PLAN-129")

    await talker.press("看看别的")
    assert talker.open == "utter_change_choose"
    await talker.say("129的", money="12900")

    assert talker.state is not None
    assert (talker.open, talker.state.values["package"]) == ("utter_change_confirm", "PLAN-129")
