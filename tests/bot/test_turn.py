from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

from bot.turn import answer_to


def said(message_id: str) -> UserUttered:
    return UserUttered("查话费", message_id=message_id)


BUTTONS = [{"title": "账单", "payload": "/query_bill"}]


def test_the_answer_is_what_the_bot_said_until_the_next_message() -> None:
    events = [
        *(BotUttered("早先"), said("m1"), ActionExecuted("action_x"), BotUttered("一", {"buttons": BUTTONS})),
        *(SlotSet("a", 1), BotUttered("二", {"custom": {"card": {}}}), said("m2"), BotUttered("三")),
    ]

    assert answer_to(events, "m1") == [
        {"text": "一", "buttons": BUTTONS, "custom": {}},
        {"text": "二", "buttons": [], "custom": {"card": {}}},
    ]
    assert [entry["text"] for entry in answer_to(events, "m2") or []] == ["三"]


def test_an_unknown_message_has_no_answer() -> None:
    assert answer_to([said("m1"), BotUttered("一")], "m2") is None
    assert answer_to([], "m1") is None


def test_a_message_that_nothing_was_said_to_has_an_empty_answer() -> None:
    assert answer_to([said("m1"), ActionExecuted("action_listen"), said("m2")], "m1") == []
