"""A long conversation is cut, and goes on as if it had not been."""

from collections.abc import Iterable
from typing import Any

import pytest
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot

from bot.checkpoint import KEPT_TURNS, MOST_TURNS, PAST_EVENTS, TYPES, LiveTracker, event_of, remembered, shortened

LISTEN = "action_listen"


def tracker(events: Iterable[Event] = ()) -> LiveTracker:
    made = LiveTracker("talk", [AnySlot("journey", mappings=[{}]), AnySlot("settled", mappings=[{}])])
    for event in events:
        made.update(event)
    made.stored = len(made.events)
    return made


def beginning() -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted(LISTEN)]


def said(number: int, intent: str = "query_balance") -> UserUttered:
    return UserUttered(f"第{number}句", {"name": intent, "confidence": 1.0}, [], message_id=f"m{number}")


def turn(number: int) -> list[Event]:
    return [said(number), ActionExecuted("action_x"), BotUttered(f"答{number}"), ActionExecuted(LISTEN)]


def form_turn(number: int, *, begins: bool = False) -> list[Event]:
    begun: list[Event] = [ActiveLoop("journey_form")] if begins else []
    asked: list[Event] = [SlotSet("journey", {"step": number}), BotUttered(f"问{number}"), ActionExecuted(LISTEN)]
    return [said(number), ActionExecuted("journey_form"), *begun, *asked]


def turns(count: int, first: int = 0) -> list[Event]:
    return [event for number in range(first, first + count) for event in turn(number)]


def texts(one: LiveTracker) -> list[str | None]:
    return [event.text for event in one.events if isinstance(event, UserUttered)]


def state(one: LiveTracker) -> tuple[Any, ...]:
    return one.current_slot_values(), one.active_loop_name, one.latest_action, one.latest_message.text


def test_a_short_conversation_is_left_as_it_is() -> None:
    assert shortened(tracker(turns(MOST_TURNS))) is None


def test_of_a_long_one_the_last_turns_stay_behind_one_checkpoint() -> None:
    long = tracker([SlotSet("settled", {"topic": "x"}), *turns(MOST_TURNS + 1)])

    short = shortened(long)

    assert short is not None
    assert texts(short) == [f"第{number}句" for number in range(MOST_TURNS + 1 - KEPT_TURNS, MOST_TURNS + 1)]
    assert state(short) == state(long)
    assert short.head == 3
    assert short.stored == len(short.events)


def test_a_form_goes_on_behind_the_checkpoint_as_it_would_have() -> None:
    events = [*turns(2), *form_turn(2, begins=True), *(e for n in range(3, MOST_TURNS + 2) for e in form_turn(n))]
    long = tracker(events)

    short = shortened(long)

    assert short is not None
    assert state(short) == state(long)
    assert short.active_loop_name == "journey_form"
    # What rules look at: the latest states of the history, with a form's runs folded into one.
    for one in (long, short):
        one.update(said(99))
    history = [type(event) for event in long.applied_events()]
    assert [type(event) for event in short.applied_events()][-4:] == history[-4:]


def test_a_form_that_was_just_rejected_is_not_cut() -> None:
    rejected: list[Event] = [said(90), ActionExecutionRejected("journey_form"), BotUttered("?"), ActionExecuted(LISTEN)]
    events = [*form_turn(0, begins=True), *rejected, *turns(MOST_TURNS)]

    assert shortened(tracker(events)) is None


def test_a_new_session_leaves_the_former_one_out() -> None:
    carried = [*beginning()[:2], SlotSet("settled", 1), ActionExecuted(LISTEN)]
    long = tracker([*beginning(), *turns(3), *carried, *turns(1, first=9)])
    long.past = ({"event": "user"},)

    short = shortened(long)

    assert short is not None
    assert texts(short) == ["第9句"]
    assert (short.past, short.head) == ((), 0)
    assert isinstance(short.events[0], SessionStarted)
    assert short.get_slot("settled") == 1


def test_what_was_cut_is_remembered_in_few_words() -> None:
    survey = BotUttered("评分", {"custom": {"survey": True, "card": {"rows": [1]}}}, {"utter_action": "utter_goodbye"})
    secret = UserUttered("好", {"name": "affirm"}, [], {"intent": {"name": "affirm"}, "text": "好", "x": 1})

    assert remembered([secret, ActionExecuted("action_x"), SlotSet("a", 1), survey, BotUttered("别的")]) == [
        {"event": "user", "text": "好", "parse_data": {"intent": {"name": "affirm"}}},
        {"event": "action", "name": "action_x"},
        {
            "event": "bot",
            "metadata": {"utter_action": "utter_goodbye"},
            "data": {"custom": {"survey": True}},
        },
    ]


def test_a_conversation_of_hundreds_of_turns_stays_small() -> None:
    one = tracker(beginning())
    for number in range(300):
        for event in turn(number):
            one.update(event)
        one.stored = len(one.events)
        one = shortened(one) or one

    assert len(texts(one)) <= MOST_TURNS
    assert len(one.past) == PAST_EVENTS
    assert one.past[-1] == {"event": "action", "name": LISTEN}


@pytest.mark.parametrize("event", [*beginning(), *form_turn(1, begins=True), *turn(2)])
def test_events_are_read_as_rasa_reads_them(event: Event) -> None:
    data = event.as_dict()

    assert event_of(data) == Event.from_parameters(data)


def test_each_kind_of_event_is_the_one_that_rasa_finds() -> None:
    assert "user" in TYPES
    assert all(TYPES[name] is Event.resolve_by_type(name) for name in TYPES)


@pytest.mark.parametrize("data", [{}, {"event": "no such thing"}])
def test_what_is_no_event_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not an event"):
        event_of(data)
