"""PUKs over the real sandbox."""

import json
import logging

import httpx
import pytest

from actions.puk import ActionPuk
from bss import inventory, sim
from common.masking import mask_number
from tests.actions.journeys import Talker
from tests.actions.ticket_making import sub_card
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


async def test_the_puk_is_told_and_kept_nowhere(
    sandbox: httpx.Client, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    talker = Talker(ActionPuk(), number)

    turn = await talker.begin("手机让输PUK码")

    puk = sim.puk(number)
    assert (turn.responses, puk in turn.text, "10次" in turn.text) == (["utter_puk"], True, True)
    assert puk not in json.dumps(talker.slots) + caplog.text


async def test_of_several_cards_one_is_chosen(sandbox: httpx.Client) -> None:
    main = raw.numbers(sandbox, "multi_line")[0]
    talker = Talker(ActionPuk(), main)
    await talker.begin("卡锁了")
    assert talker.open == "utter_line_which"
    other = list(talker.buttons)[1]

    turn = await talker.press(other)

    lines = inventory.lines(inventory.line(main).customer)
    (line,) = [one for one in lines if one.kind == "mobile" and mask_number(one.number) == other]
    assert sim.puk(line.number) in turn.text


async def test_a_sub_card_is_told_its_own_only() -> None:
    number = sub_card()

    turn = await Talker(ActionPuk(), number).begin("PUK码")

    assert sim.puk(number) in turn.text


async def test_who_has_proven_only_a_fixed_line_is_told_none(sandbox: httpx.Client) -> None:
    broadband = raw.lines(sandbox, "18900001036")["broadband"]

    turn = await Talker(ActionPuk(), broadband).begin("PUK码")

    assert turn.responses == ["utter_puk_by_card"]
