"""Answers with conditions, over the real sandbox."""

import time
from typing import Any

import httpx
import pytest

from actions import answer as module
from actions.answer import ActionAnswer, fitting
from bss import inventory
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw

STARS = {"text": "三星客户有专席。", "when": {"levels": ["3星", "4星"], "products": []}}
MENU = [{"title": "菜单", "payload": "/menu"}]
EVERYBODY = {"text": "大家都一样。", "buttons": MENU, "when": None}
# A customer of three stars.
NUMBER = "18900001001"


async def says(
    monkeypatch: pytest.MonkeyPatch, variants: list[dict[str, Any]], slots: dict[str, Any] | None = None
) -> Turn:
    """What is answered to an intent that came by publishing."""
    monkeypatch.setattr(module, "content", lambda name: {"answers": {"video_ring": variants}})
    now = {"deadline": time.time() + 2}
    return await run(ActionAnswer(), tracker("视频彩铃怎么换", "video_ring", slots=slots, metadata=now))


async def test_who_is_not_verified_reads_the_one_without_a_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = await says(monkeypatch, [STARS, EVERYBODY])

    assert (turn.text, turn.said[0]["buttons"], turn.events) == ("大家都一样。", MENU, [])


async def test_a_level_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = await says(monkeypatch, [STARS, EVERYBODY], verified(NUMBER))

    assert turn.text == "三星客户有专席。"
    assert turn.slots["identity_token"] != verified(NUMBER)["identity_token"]


async def test_another_level_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await says(monkeypatch, [STARS, EVERYBODY], verified("19900001035"))).text == "大家都一样。"


@pytest.mark.parametrize("name", ["offering", "name"])
async def test_what_is_subscribed_on_a_line_of_theirs_decides(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    number = "18900001036"  # with broadband and television
    own = inventory.line(number)
    (other,) = [line for line in inventory.lines(own.customer) if line.kind == "iptv"]
    held = getattr(inventory.subscriptions(other)[0], name)
    variants = [{"text": "您有电视。", "when": {"levels": [], "products": ["NO-1", held]}}, EVERYBODY]

    assert (await says(monkeypatch, variants, verified(number))).text == "您有电视。"
    assert (await says(monkeypatch, variants, verified(NUMBER))).text == "大家都一样。"


@pytest.mark.parametrize("mode", ["error", "timeout", "wrong_type"])
async def test_while_the_operator_is_away_the_one_without_is_said(
    monkeypatch: pytest.MonkeyPatch, sandbox: httpx.Client, mode: str
) -> None:
    raw.breaks(sandbox, "629", mode)

    turn = await says(monkeypatch, [STARS, EVERYBODY], verified(NUMBER))

    assert (turn.text, turn.events) == ("大家都一样。", [])


async def test_a_number_that_is_not_there_reads_the_one_without(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await says(monkeypatch, [STARS, EVERYBODY], verified("18900009999"))).text == "大家都一样。"


async def test_an_intent_without_an_answer_is_not_understood() -> None:
    assert (await run(ActionAnswer(), tracker("视频彩铃", "video_ring"))).responses == ["utter_not_understood"]


def test_all_conditions_of_a_variant_must_be_met() -> None:
    both = {"text": "都有", "when": {"levels": ["3星"], "products": ["PLAN-29"]}}

    assert fitting([both, EVERYBODY], {"levels": {"3星"}, "products": {"PLAN-29"}}) is both
    assert fitting([both, EVERYBODY], {"levels": {"3星"}, "products": {"PLAN-59"}}) is EVERYBODY
    assert fitting([both, EVERYBODY], {}) is EVERYBODY


def test_the_first_that_fits_is_said() -> None:
    plan = {"text": "套餐", "when": {"levels": [], "products": ["PLAN-29"]}}

    assert fitting([plan, STARS, EVERYBODY], {"levels": {"3星"}, "products": {"PLAN-29"}}) is plan
    assert fitting([EVERYBODY, STARS], {"levels": {"3星"}}) is STARS
