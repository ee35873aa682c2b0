import json
from typing import Any

from actions.handover import ActionAbuse, ActionElderly, ActionHandover
from actions.handover_context import HANDOVER
from common.identity import open_sealed
from common.masking import mask_number
from tests.actions.talk import Turn, run, tracker, user, verified
from tests.bot.training import domain

WAITING = [{"action": "action_query_bill", "params": {}}]


def wish(turn: Turn) -> dict[str, Any]:
    (message,) = turn.said
    found: dict[str, Any] = message["custom"]["handover"]
    return found


async def test_a_person_is_asked_for_at_once_with_what_the_bot_knows(number: str) -> None:
    events = [user("账单不对", "query_bill_explain"), user("谢谢", "thanks"), user("转人工", "human_agent")]
    slots = verified(number) | {"pending_request": WAITING}

    turn = await run(
        ActionHandover(),
        tracker("转人工", "human_agent", entities={"product_line": "broadband"}, slots=slots, events=events),
    )

    assert turn.responses == ["utter_handover"]
    assert wish(turn)["intent"] == "human_agent"
    assert wish(turn)["topic"] == "query_bill_explain"
    assert wish(turn)["topic_title"] == "查扣费原因"
    assert wish(turn)["product_line"] == "broadband"
    assert wish(turn)["reason"] == "asked"
    assert wish(turn)["verified"] == mask_number(number)
    assert open_sealed(HANDOVER, wish(turn)["number"], 60) == {"number": number}
    assert "action_query_bill" in str(wish(turn)["waiting"])
    assert number not in json.dumps([turn.said, turn.events])


async def test_what_is_not_known_is_left_open() -> None:
    turn = await run(ActionHandover(), tracker("转人工", "human_agent", events=[user("转人工", "human_agent")]))

    found = wish(turn)
    assert (found["topic"], found["topic_title"], found["product_line"], found["verified"]) == (None,) * 4
    assert not found["waiting"]


async def test_the_proof_of_another_conversation_counts_for_nothing(number: str) -> None:
    turn = await run(ActionHandover(), tracker("转人工", "human_agent", slots=verified(number, "another-talk")))

    assert wish(turn)["verified"] is None


async def test_a_form_under_way_is_left() -> None:
    slots = {"requested_slot": "sms_code", "pending_request": WAITING, "identity_claim": "sealed"}

    turn = await run(ActionHandover(), tracker("转人工", "human_agent", slots=slots, loop="identity_form"))

    assert {"event": "active_loop", "timestamp": None, "name": None} in turn.events
    assert {name: turn.slots[name] for name in slots} == dict.fromkeys(slots)


async def test_the_skill_group_follows_the_topic_and_a_threat_does_not_wait() -> None:
    fault = [user("宽带断了", "report_fault_broadband"), user("转人工", "human_agent")]
    asked = wish(await run(ActionHandover(), tracker("转人工", "human_agent", events=fault)))
    said = {"escalation": "miit"}
    angry = await run(ActionHandover(), tracker("我找工信部", "complain_escalate", entities=said, events=fault))

    assert (asked["group"], asked["priority"], asked["escalation"]) == ("fault", "normal", None)
    assert angry.responses == ["utter_handover_complaint"]
    assert (wish(angry)["group"], wish(angry)["priority"], wish(angry)["escalation"]) == ("complaint", "high", "miit")
    assert (wish(angry)["reason"], wish(angry)["mood"]) == ("escalation", "angry")


async def test_angry_words_are_answered_with_an_apology_and_the_second_time_with_a_person() -> None:
    events = [user("废物", "chitchat_abuse")]
    first = await run(ActionAbuse(), tracker("废物", "chitchat_abuse", events=events))
    second = await run(ActionAbuse(), tracker("废物", "chitchat_abuse", events=[*events, *events]))

    assert first.responses == ["utter_chitchat_abuse"]
    assert second.responses == ["utter_handover_complaint"]
    assert wish(second)["priority"] == "high"


async def test_the_elderly_reach_a_person_with_one_step() -> None:
    asks = await run(ActionElderly(), tracker("我年纪大了给我转人工", "large_font_elderly"))
    says = await run(ActionElderly(), tracker("字太小了我看不清", "large_font_elderly"))

    assert wish(asks)["reason"] == "asked"
    assert says.responses == ["utter_large_font_elderly"]
    assert "/human_agent" in [one["payload"] for one in domain()["responses"]["utter_large_font_elderly"][0]["buttons"]]
