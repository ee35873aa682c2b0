"""Exchanging points, over the real sandbox."""

import httpx
import pytest

from actions.redeem_points import ActionRedeemPoints
from bss import balance, http, inventory, loyalty
from tests.actions.journeys import Talker
from tests.actions.ticket_making import sub_card
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")
NUMBER = "18900001001"


@pytest.fixture(autouse=True)
def seeded(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def points() -> int:
    return sum(lot.points for lot in loyalty.lots(inventory.line(NUMBER).customer))


@pytest.mark.parametrize(
    ("said", "entities", "exchanged"),
    [("用500积分换话费", {}, 500), ("积分换10块钱话费", {"money": "1000"}, 1000), ("一千分换话费", {}, 1000)],
)
async def test_what_the_sentence_names_is_exchanged(said: str, entities: dict[str, str], exchanged: int) -> None:
    before, had = balance.balance(NUMBER), points()
    talker = Talker(ActionRedeemPoints(), NUMBER)
    asked = await talker.begin(said, **entities)
    assert f"用{exchanged:,}积分换{exchanged // 100}.00元话费" in asked.text

    done = await talker.press("确认办理")

    assert done.responses == ["utter_redeem_points_done"]
    assert (points(), balance.balance(NUMBER)) == (had - exchanged, before + exchanged)


async def test_how_many_is_asked_with_all_of_them_as_the_last_choice() -> None:
    talker = Talker(ActionRedeemPoints(), NUMBER)
    await talker.begin("积分换话费")
    assert list(talker.buttons) == ["500分换5元", "1000分换10元", "全部兑换"]

    await talker.press("全部兑换")
    await talker.press("确认办理")

    assert points() == 0


async def test_free_words_and_money_are_understood_and_more_than_there_is_is_refused() -> None:
    talker = Talker(ActionRedeemPoints(), NUMBER)
    await talker.begin("积分兑换")

    too_many = await talker.say("换五千分吧")
    assert too_many.responses == ["utter_redeem_points_not_so_many"]
    await talker.say("那换3块钱的", money="300")

    assert talker.state is not None
    assert talker.state.ask is not None
    assert talker.state.ask.values["points"] == "300"


async def test_after_no_nothing_is_exchanged() -> None:
    had = points()
    talker = Talker(ActionRedeemPoints(), NUMBER)
    await talker.begin("500积分换话费")

    turn = await talker.press("先不办")

    assert (turn.responses, points()) == (["utter_stopped_journey"], had)


async def test_a_company_has_none() -> None:
    turn = await Talker(ActionRedeemPoints(), "15300001026").begin("积分兑换")

    assert turn.responses == ["utter_points_none"]


async def test_while_the_points_cannot_be_read_nothing_is_lost(sandbox: httpx.Client) -> None:
    talker = Talker(ActionRedeemPoints(), NUMBER)
    await talker.begin("500积分换话费")
    raw.breaks(sandbox, "658")
    await talker.press("确认办理")
    assert talker.open == "utter_journey_unavailable"
    raw.mends(sandbox)
    http._breakers.cache_clear()

    done = await talker.press("再试一次")

    assert done.responses == ["utter_redeem_points_done"]


async def test_a_sub_card_does_not_spend_the_owners_points() -> None:
    turn = await Talker(ActionRedeemPoints(), sub_card()).begin("积分换话费")

    assert turn.responses == ["utter_main_card_only"]


async def test_another_number_of_points_after_a_turn_that_was_lost_is_another_exchange() -> None:
    had = points()
    talker = Talker(ActionRedeemPoints(), NUMBER)
    await talker.begin("500积分换话费")
    before = dict(talker.slots)
    await talker.press("确认办理")

    talker.slots = before
    await talker.say("不对，换3块钱的", "correction", money="300")
    await talker.press("确认办理")

    assert points() == had - 500 - 300
