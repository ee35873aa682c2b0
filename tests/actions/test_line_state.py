"""停机保号, 挂失 and 复机 over the real sandbox; through the real Rasa they are in tests/dialogues."""

from typing import Any

import httpx
import pytest

from actions.line_state import ActionLineState
from bss import inventory, outbox
from common.masking import mask_number
from tests.actions.journeys import Talker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")

KEPT, LOST, OWING, MANY = "18900001008", "13300001009", "18000001006", "15300001033"


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def orders(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    """The customer's orders that were placed here: those of the seed have no receipt."""
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    found = raw.get(sandbox, "622", "productOrder", relatedParty__id=customer)
    return [order for order in found if str(order.get("externalId")).startswith("WH")]


async def test_a_number_is_kept_after_fee_and_way_back_were_shown(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionLineState(), number)
    turn = await talker.begin("我要出国半年，办停机保号", "suspend_resume_keep")
    assert talker.open == "utter_suspend_confirm"
    assert all(part in turn.text for part in (mask_number(number), "每月收5元", "复机"))

    turn = await talker.press("确认办理")

    (order,) = orders(sandbox, number)
    assert (turn.responses, order["id"] in turn.text) == (["utter_suspend_done"], True)
    raw.advance(sandbox, "PT10S")
    assert inventory.line(number).state == "suspended_by_request"


async def test_a_lost_phone_is_locked_after_one_question(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionLineState(), number)
    await talker.begin("我手机被偷了", "suspend_resume_lost")
    assert (talker.open, list(talker.buttons)) == ("utter_lost_confirm", ["马上挂失", "先不办"])

    turn = await talker.say("对，快点", "affirm")

    assert turn.responses == ["utter_lost_done"]
    assert "身份证" in turn.text
    raw.advance(sandbox, "PT10S")
    assert inventory.line(number).state == "lost"


async def test_who_does_not_lock_a_lost_phone_is_told_that_it_still_works(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionLineState(), number)
    await talker.begin("挂失", "suspend_resume_lost")

    turn = await talker.press("先不办")

    assert turn.responses == ["utter_lost_not"]
    assert orders(sandbox, number) == []


async def test_a_kept_number_comes_back(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLineState(), KEPT)
    await talker.begin("我回国了，要复机", "suspend_resume")
    assert talker.open == "utter_resume_confirm"

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_resume_done"]
    raw.advance(sandbox, "PT10S")
    assert inventory.line(KEPT).state == "normal"


async def test_a_kept_number_that_is_to_be_kept_is_offered_to_come_back(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLineState(), KEPT)
    await talker.begin("办停机保号", "suspend_resume_keep")
    assert talker.open == "utter_line_kept"

    assert (await talker.press("先不办")).responses == ["utter_stopped_journey"]

    await talker.begin("办停机保号", "suspend_resume_keep")
    await talker.press("复机")
    assert talker.open == "utter_resume_confirm"
    assert orders(sandbox, KEPT) == []


async def test_whoever_restores_a_lost_number_is_warned_of_the_old_card(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLineState(), LOST)
    turn = await talker.begin("手机找到了，解除挂失", "suspend_resume_lost")
    assert talker.open == "utter_resume_confirm_lost"
    assert "原来那张卡又能用了" in turn.text

    await talker.press("确认办理")

    raw.advance(sandbox, "PT10S")
    assert inventory.line(LOST).state == "normal"


async def test_a_number_that_is_lost_already_needs_a_card(sandbox: httpx.Client) -> None:
    turn = await Talker(ActionLineState(), LOST).begin("挂失", "suspend_resume_lost")

    assert turn.responses == ["utter_line_lost_already"]
    assert "身份证" in turn.text


@pytest.mark.parametrize(
    ("intent", "response"),
    [("suspend_resume", "utter_line_owes_state"), ("suspend_resume_lost", "utter_line_owes_lost")],
)
async def test_debt_comes_first(sandbox: httpx.Client, intent: str, response: str) -> None:
    turn = await Talker(ActionLineState(), OWING).begin("", intent)

    assert turn.responses == [response]
    assert orders(sandbox, OWING) == []


async def test_a_suspension_that_outlives_the_debt_is_lifted(sandbox: httpx.Client) -> None:
    number = "13300001037"
    assert inventory.line(number).state == "arrears_suspended"
    talker = Talker(ActionLineState(), number)
    await talker.begin("钱交了还停着，给我复机")
    assert talker.open == "utter_resume_confirm"

    await talker.press("确认办理")

    raw.advance(sandbox, "PT10S")
    assert inventory.line(number).state == "normal"


async def test_a_number_in_use_needs_no_return(number: str) -> None:
    assert (await Talker(ActionLineState(), number).begin("我要复机")).responses == ["utter_line_normal"]


async def test_without_more_it_is_asked_what_is_meant(number: str) -> None:
    talker = Talker(ActionLineState(), number)
    await talker.begin("停机")
    assert (talker.open, list(talker.buttons)) == ("utter_line_wish", ["停机保号", "挂失"])

    turn = await talker.begin("手机丢了", "suspend_resume_lost")

    assert turn.responses == ["utter_lost_confirm"]


async def test_of_several_numbers_one_is_chosen(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLineState(), MANY)
    await talker.begin("孩子手机丢了", "suspend_resume_lost")
    assert talker.open == "utter_line_which"
    sub = list(talker.buttons)[1]

    await talker.press(sub)
    await talker.press("马上挂失")

    raw.advance(sandbox, "PT10S")
    lost = [line.number for line in inventory.lines(inventory.line(MANY).customer) if line.state == "lost"]
    assert [mask_number(one) for one in lost] == [sub]
    # Only the one that is stopped can come back.
    await talker.begin("复机")
    assert talker.open == "utter_resume_confirm_lost"


async def test_a_sub_card_speaks_for_itself_only() -> None:
    main = inventory.line(MANY)
    sub = next(line for line in inventory.lines(main.customer) if line.kind == "mobile" and not line.main_card)
    talker = Talker(ActionLineState(), sub.number)

    turn = await talker.begin("停机保号", "suspend_resume_keep")

    assert talker.open == "utter_suspend_confirm"
    assert mask_number(sub.number) in turn.text


async def test_a_lost_phone_is_another_matter_than_a_kept_number(number: str) -> None:
    talker = Talker(ActionLineState(), number)
    await talker.begin("停机保号", "suspend_resume_keep")

    turn = await talker.begin("不对我手机丢了要挂失", "suspend_resume_lost")

    assert turn.responses == ["utter_stopped_journey", "utter_lost_confirm"]


async def test_what_it_costs_is_told_to_anybody() -> None:
    turn = await Talker(ActionLineState()).begin("停机保号一个月多少钱", "suspend_resume_keep")

    assert turn.responses == ["utter_suspend_price"]
    assert "每月5元" in turn.text


async def test_while_orders_are_down_a_lock_is_kept_and_a_person_is_there(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionLineState(), number)
    await talker.begin("挂失", "suspend_resume_lost")
    raw.breaks(sandbox, "622")

    turn = await talker.press("马上挂失")

    assert turn.responses == ["utter_lost_later"]
    raw.mends(sandbox)
    assert orders(sandbox, number) == []


async def test_what_is_refused_at_once_is_said_and_left_to_nobody(
    sandbox: httpx.Client, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise outbox.Rejected("refused", "not today")

    monkeypatch.setattr("bss.orders.create", refuse)
    talker = Talker(ActionLineState(), number)
    await talker.begin("停机保号", "suspend_resume_keep")

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_order_refused"]
    assert outbox.stuck() == []


async def test_another_kind_of_line_named_later_is_the_one_that_is_stopped(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLineState(), "18900001036")
    await talker.begin("停机保号", "suspend_resume_keep")
    assert talker.open == "utter_suspend_confirm"

    turn = await talker.begin("我是说宽带停机保号", "suspend_resume_keep", product_line="broadband")

    broadband = raw.lines(sandbox, "18900001036")["broadband"]
    assert talker.open == "utter_suspend_confirm"
    assert mask_number(broadband) in turn.text


async def test_a_line_that_ended_meanwhile_is_not_asked_about_any_more(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLineState(), MANY)
    await talker.begin("孩子手机丢了", "suspend_resume_lost")
    sub = list(talker.buttons)[1]
    await talker.press(sub)
    lines = inventory.lines(inventory.line(MANY).customer)
    raw.ends(sandbox, next(line.number for line in lines if mask_number(line.number) == sub))

    await talker.press("马上挂失")

    assert talker.open == "utter_line_which"
    assert sub not in talker.buttons
    assert orders(sandbox, MANY) == []
