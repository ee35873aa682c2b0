import pytest

from actions.handover import ActionElderly
from actions.small_talk import ActionSmallTalk
from tests.actions.talk import run, tracker


@pytest.mark.parametrize("intent", ["greet", "thanks", "praise", "help"])
async def test_a_courtesy_asks_nothing_while_a_question_is_open(intent: str) -> None:
    outside = await run(ActionSmallTalk(), tracker("您好", intent))
    within = await run(ActionSmallTalk(), tracker("您好", intent, loop="journey_form"))

    assert (outside.responses, within.responses) == ([f"utter_{intent}"], [f"utter_{intent}_within"])
    assert "？" not in within.text
    assert within.events == []


async def test_thanks_that_close_are_not_answered_with_a_question() -> None:
    turn = await run(ActionSmallTalk(), tracker("没有了谢谢", "thanks"))

    assert turn.responses == ["utter_deny"]


async def test_an_elderly_customer_who_asks_for_a_person_gets_one_at_once() -> None:
    asks = await run(ActionElderly(), tracker("我老了不会弄，给我个人工", "large_font_elderly"))
    other = await run(ActionElderly(), tracker("字太小看不清", "large_font_elderly"))

    assert (asks.responses, other.responses) == (["utter_handover"], ["utter_large_font_elderly"])
