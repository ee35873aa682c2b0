from typing import Any

import pytest
from rasa_sdk import Action

from actions.conversation import ActionBackToMenu, ActionDeny, ActionGoodbye, ActionRepeat, ActionStop
from actions.small_talk import ActionSmallTalk
from tests.actions.talk import Event, action, bot, run, tracker, user

BUTTONS = [{"title": "账单", "payload": "/query_bill"}]
CARD = {"kind": "balance", "rows": []}


@pytest.mark.parametrize(
    ("of", "loop", "responses"),
    [
        (ActionStop(), "identity_form", ["utter_stopped"]),
        (ActionStop(), None, ["utter_nothing_to_stop"]),
        (ActionDeny(), "identity_form", ["utter_stopped"]),
        (ActionDeny(), None, ["utter_deny"]),
        (ActionGoodbye(), None, ["utter_goodbye"]),
        (ActionBackToMenu(), "identity_form", ["utter_stopped", "utter_menu"]),
        (ActionBackToMenu(), None, ["utter_menu"]),
    ],
)
async def test_leaving_forgets_what_was_under_way(of: Action, loop: str | None, responses: list[str]) -> None:
    slots = {"requested_slot": "sms_code", "pending_request": [{}], "identity_claim": "sealed", "phone_number": "189"}

    turn = await run(of, tracker("算了", slots=slots, loop=loop))

    assert turn.responses == responses
    assert {"event": "active_loop", "timestamp": None, "name": None} in turn.events
    assert {name: turn.slots[name] for name in slots} == dict.fromkeys(slots)


async def test_leaving_keeps_the_proof_of_who_somebody_is() -> None:
    turn = await run(ActionStop(), tracker("算了", slots={"identity_token": "sealed"}))

    assert turn.slots["identity_token"] == "sealed"


async def test_the_last_answer_is_said_again_with_its_choices_and_its_card() -> None:
    events = [
        *(user("查话费"), bot("余额12元", buttons=BUTTONS, custom={"card": CARD}), bot("还有别的吗")),
        user("再说一遍", "repeat"),
    ]

    turn = await run(ActionRepeat(), tracker("再说一遍", "repeat", events=events))

    assert turn.texts == ["余额12元", "还有别的吗"]
    assert turn.said[0]["buttons"] == BUTTONS
    assert turn.said[0]["custom"] == {"card": CARD}


async def test_repeating_never_opens_a_handover_again() -> None:
    wish = {"handover": {"intent": "human_agent"}}
    events = [user("转人工"), bot("好的", custom=wish), user("再说一遍", "repeat")]

    turn = await run(ActionRepeat(), tracker("再说一遍", "repeat", events=events))

    assert turn.texts == ["好的"]
    assert all("handover" not in (message["custom"] or {}) for message in turn.said)


async def test_what_only_tells_the_desk_something_is_not_repeated() -> None:
    events = [user("123456"), bot(custom={"secret": True}), user("再说一遍", "repeat")]

    assert (await run(ActionRepeat(), tracker("再说一遍", "repeat", events=events))).responses == ["utter_menu"]


async def test_with_nothing_to_repeat_the_menu_is_shown() -> None:
    turn = await run(ActionRepeat(), tracker("再说一遍", "repeat", events=[user("再说一遍", "repeat")]))

    assert turn.responses == ["utter_menu"]


async def test_only_the_answer_right_before_is_repeated() -> None:
    events = [user("一"), bot("一的答案"), user("二"), action("action_listen"), user("再说一遍", "repeat")]

    turn = await run(ActionRepeat(), tracker("再说一遍", "repeat", events=events))

    assert turn.responses == ["utter_menu"]


async def test_inside_a_form_only_its_question_is_repeated() -> None:
    events = [user("查话费"), bot("请告诉我您的手机号码"), user("再说一遍", "repeat")]

    turn = await run(ActionRepeat(), tracker("再说一遍", "repeat", events=events, loop="identity_form"))

    assert (turn.said, turn.events) == ([], [])


SERVED = [user("查话费"), bot("余额12元"), action("action_listen")]
GOODBYE = user("再见", "goodbye")


async def asks_how_it_was(of: Action, events: list[Event], text: str = "再见", **more: Any) -> bool:
    turn = await run(of, tracker(text, "thanks", events=events, **more))
    return any(message["custom"].get("survey") is True for message in turn.said)


@pytest.mark.parametrize("of", [ActionGoodbye(), ActionDeny()])
async def test_a_goodbye_after_something_was_done_has_the_desk_ask_how_it_was(of: Action) -> None:
    assert await asks_how_it_was(of, [*SERVED, GOODBYE])
    assert not await asks_how_it_was(of, [user("您好", "greet"), bot("您好"), GOODBYE])


async def test_thanks_that_close_the_conversation_are_a_goodbye() -> None:
    assert await asks_how_it_was(ActionSmallTalk(), [*SERVED, user("没有了谢谢", "thanks")], "没有了谢谢")
    assert not await asks_how_it_was(ActionSmallTalk(), [*SERVED, user("谢谢", "thanks")], "谢谢")


async def test_what_a_person_did_was_done_too() -> None:
    slots = {"settled": {"topic": "", "reason": "", "result": "solved", "number": ""}}

    assert await asks_how_it_was(ActionGoodbye(), [GOODBYE], slots=slots)


async def test_nobody_is_asked_twice() -> None:
    events = [*SERVED, GOODBYE, bot("再见", custom={"survey": True}), *SERVED, GOODBYE]

    assert not await asks_how_it_was(ActionGoodbye(), events)


async def test_who_only_leaves_a_question_is_not_asked() -> None:
    events = [
        user("查话费"),
        {"event": "active_loop", "name": "identity_form"},
        bot("手机号？"),
        user("不用了", "deny"),
    ]

    assert not await asks_how_it_was(ActionDeny(), [*SERVED, *events], loop="identity_form")
    assert not await asks_how_it_was(ActionGoodbye(), [*events], loop="identity_form")
