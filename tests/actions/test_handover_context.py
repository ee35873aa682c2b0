import json
from typing import Any

import pytest

from actions.handover_context import HANDOVER, MOST_TRIED, gathered, mood, served, settled_just_now, topic_of, wish
from actions.reading import CONTACT
from common.binding import BOUND, Bound, issue_bound
from common.identity import Identity, open_sealed, seal
from common.masking import mask_number
from common.money import yuan
from tests.actions.talk import TALK, Event, action, bot, tracker, user

LISTEN = action("action_listen")
SETTLED = {"topic": "query_bill", "reason": "explained", "result": "unsolved", "number": ""}
NUMBER = "18900001001"


def loop(name: str | None) -> Event:
    return {"event": "active_loop", "name": name}


def turn(intent: str, *events: Event) -> list[Event]:
    return [user("", intent), *events, bot("好的"), LISTEN]


def test_a_number_that_is_only_bound_is_known_and_not_verified() -> None:
    metadata = {BOUND: issue_bound(TALK, [Bound(NUMBER, "P0001")])}
    found = wish(tracker(metadata=metadata), None, reason="asked", intent=None, topic=None)

    assert (found["verified"], found["number"]) == (None, None)
    assert open_sealed(HANDOVER, found["known"], 60) == {"number": NUMBER}


def test_the_whole_wish() -> None:
    on = tracker(
        "转人工",
        "human_agent",
        slots={"settled": SETTLED, "pending_request": [{"action": "action_query_bill", "params": {}}]},
        events=[*turn("query_balance"), *turn("complain_billing"), user("转人工", "human_agent")],
    )
    found = wish(
        on,
        Identity(NUMBER, TALK, "sms_code"),
        reason="journey",
        intent="action_complaint",
        topic="complain_billing",
        product_line="mobile",
        journey={"said": "多扣了钱", "line": "P0001-01"},
    )

    assert open_sealed(HANDOVER, found.pop("number"), 60) == {"number": NUMBER}
    assert open_sealed(HANDOVER, found.pop("line"), 60) == {"line": "P0001-01"}
    assert found == {
        "group": "complaint",
        "priority": "normal",
        "reason": "journey",
        "intent": "action_complaint",
        "topic": "complain_billing",
        "topic_title": "投诉计费",
        "product_line": "mobile",
        "escalation": None,
        "known": None,
        "verified": mask_number(NUMBER),
        "waiting": ["action_query_bill"],
        "journey": {"said": "多扣了钱", "line": "P0001-01"},
        "settled": SETTLED,
        "tried": ["查话费余额", "投诉计费"],
        "mood": "upset",
    }


def test_what_is_not_known_is_left_open_and_all_of_it_is_json() -> None:
    found = wish(tracker("转人工", "human_agent", events=[]), None, reason="asked", intent="human_agent", topic=None)

    assert {name: found[name] for name in ("number", "line", "verified", "topic", "topic_title")} == dict.fromkeys(
        ("number", "line", "verified", "topic", "topic_title")
    )
    assert (found["settled"], found["tried"], found["journey"], found["mood"]) == ({}, [], {}, "calm")
    assert json.loads(json.dumps(found)) == found


def test_what_a_journey_gathered_can_be_read_and_says_no_number() -> None:
    values = {
        "said": "充了没到账",
        "money": "5000",
        "amount": 3050,
        "tries": 2,
        "contact": seal(CONTACT, {"number": NUMBER}),
        "sealed": seal(HANDOVER, {"number": NUMBER}),
        "topic": "",
    }

    assert gathered(values) == {
        "said": "充了没到账",
        "money": yuan(5000),
        "amount": yuan(3050),
        "contact": mask_number(NUMBER),
    }


@pytest.mark.parametrize(
    ("events", "intents"),
    [
        ([], []),
        (turn("query_balance"), ["query_balance"]),
        ([*turn("query_bill"), *turn("query_balance"), *turn("query_bill")], ["query_bill", "query_balance"]),
        ([*turn("greet"), *turn("thanks"), *turn("human_agent_callback")], []),
        # The number that the form asks for has not come.
        (turn("query_balance", loop("identity_form")), []),
        ([*turn("query_balance", loop("identity_form")), *turn("nlu_fallback", loop(None))], ["query_balance"]),
        # What is asked in between is answered with the journey.
        (
            [*turn("report_fault", loop("journey_form")), *turn("query_bill"), *turn("answer", loop(None))],
            ["report_fault", "query_bill"],
        ),
        # Left, or not understood.
        ([*turn("report_fault", loop("journey_form")), *turn("deny_stop", action("action_stop"), loop(None))], []),
        (turn("query_bill", action("action_clarify")), []),
        ([user("", "query_bill"), action("action_query_bill"), user("", "goodbye")], ["query_bill"]),
    ],
)
def test_what_was_asked_and_answered(events: list[Event], intents: list[str]) -> None:
    assert served(events) == intents


def test_of_many_the_latest_are_told() -> None:
    names = [
        "query_balance", "query_bill", "query_usage", "query_package", "query_points", "query_level", "recharge",
        "invoice", "puk_code",
    ]  # fmt: skip
    on = tracker(events=[event for name in names for event in turn(name)])
    tried: list[Any] = wish(on, None, reason="asked", intent=None, topic=None)["tried"]

    assert len(tried) == MOST_TRIED
    assert (tried[0], tried[-1]) == ("查账单", "查PUK码")


@pytest.mark.parametrize(
    ("said", "escalation", "found"),
    [
        (["query_bill", "human_agent"], None, "calm"),
        (["query_bill", "not_resolved"], None, "upset"),
        (["complain_network"], None, "upset"),
        (["complain_escalate"], None, "angry"),
        (["chitchat_abuse", "thanks"], None, "angry"),
        (["complain_network"], "miit", "angry"),
    ],
)
def test_the_mood_is_what_was_said(said: list[str], escalation: str | None, found: str) -> None:
    assert mood([user("", intent) for intent in said], escalation) == found


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        (["report_fault", "answer", "repeat", "human_agent"], "report_fault"),
        (["query_bill", "not_resolved", "human_agent"], "query_bill"),
        (["not_resolved", "human_agent"], "not_resolved"),
        (["greet", "human_agent"], None),
    ],
)
def test_a_conversation_is_about_what_has_a_name(said: list[str], topic: str | None) -> None:
    assert topic_of(tracker(events=[user("", intent) for intent in said])) == topic


@pytest.mark.parametrize(
    ("said", "just_now"),
    [
        (["query_usage", "human_agent", "handover_settled", "not_resolved"], True),
        (["handover_settled", "query_usage", "not_resolved"], False),
        # Rasa begins a new session after an hour, and keeps the slots.
        (["not_resolved"], True),
    ],
)
def test_what_a_person_settled_is_the_topic_until_something_else_is_asked(said: list[str], just_now: bool) -> None:
    events = [user("", intent) for intent in said]
    on = tracker("没解决", "not_resolved", slots={"settled": SETTLED}, events=events)

    assert settled_just_now(on) is just_now
    assert topic_of(on) == ("query_bill" if just_now else "query_usage")
    assert not settled_just_now(tracker("没解决", "not_resolved", events=events))
