import httpx
import pytest

from actions.suggest import ActionSuggest, only_announces
from tests.actions.journeys import Talker
from tests.actions.talk import run, tracker
from tests.bss import raw


def noted(sandbox: httpx.Client, number: str) -> list[str]:
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    found = raw.get(sandbox, "683", "partyInteraction", relatedParty__id=customer, limit=100)
    return [entry["description"] for entry in found if entry["reason"] == "客户建议"]


@pytest.mark.parametrize("words", ["我有个建议", "给你们提个意见", "你好我想给你们提一个小建议", "建议改进", ""])
def test_a_sentence_that_only_announces_is_no_suggestion(words: str) -> None:
    assert only_announces(words)


async def test_a_suggestion_is_noted_for_a_verified_customer(sandbox: httpx.Client, number: str) -> None:
    before = noted(sandbox, number)
    talker = Talker(ActionSuggest(), number)
    turn = await talker.begin("建议营业厅中午也要有人值班")
    assert turn.responses == ["utter_suggest_noted"]

    await talker.begin("我有个建议")
    assert talker.open == "utter_suggest_what"
    turn = await talker.say("流量用不完可以转到下个月", "out_of_scope")

    assert turn.responses == ["utter_suggest_noted"]
    assert sorted([*before, "建议营业厅中午也要有人值班", "流量用不完可以转到下个月"]) == sorted(noted(sandbox, number))


async def test_without_a_number_nothing_is_promised() -> None:
    turn = await run(ActionSuggest(), tracker("建议营业厅中午也要有人值班", "suggest"))

    assert turn.responses == ["utter_suggest"]
    assert "记下" not in turn.text


async def test_what_cannot_be_noted_is_said(sandbox: httpx.Client, number: str) -> None:
    raw.breaks(sandbox, "683")

    turn = await Talker(ActionSuggest(), number).begin("建议营业厅中午也要有人值班")

    assert turn.responses == ["utter_suggest_not_noted"]
