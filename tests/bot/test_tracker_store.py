import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import MaskedMessage, TurnTrackerStore, masked
from bot.turn import Turn, current_turn

TEXT = "我的号码是18912345678，验证码654321"


@pytest.fixture
def store() -> Iterator[TurnTrackerStore]:
    """A tracker store on an empty database."""
    made = TurnTrackerStore(Domain.empty())
    yield made
    made.engine.dispose()


@pytest.fixture
def turn() -> Iterator[Turn]:
    """The turn of message m1."""
    made = Turn("m1")
    token = current_turn.set(made)
    yield made
    current_turn.reset(token)


def said(text: str, message_id: str = "m1") -> UserUttered:
    entities = [{"entity": "phone_number", "value": "18912345678", "start": 5, "end": 16}]
    parse_data = {"text": text, "raw_text": text, "intent": {"name": "x", "confidence": 1.0}, "entities": entities}
    return UserUttered(text, parse_data["intent"], entities, parse_data, message_id=message_id, input_channel="desk")


def tracker(*events: Any) -> DialogueStateTracker:
    made = DialogueStateTracker("talk", [])
    for event in events:
        made.update(event)
    return made


def answered(message_id: str = "m1") -> DialogueStateTracker:
    return tracker(
        said(TEXT, message_id), ActionExecuted("utter_x"), BotUttered("好的"), ActionExecuted("action_listen")
    )


def rows(store: TurnTrackerStore) -> list[dict[str, Any]]:
    with store.engine.connect() as connection:
        return [json.loads(row) for row in connection.execute(sa.text("SELECT data FROM events ORDER BY id")).scalars()]


async def test_a_turn_that_ends_well_is_stored_with_its_answer(store: TurnTrackerStore, turn: Turn) -> None:
    await store.save(answered())

    assert [row["event"] for row in rows(store)] == ["user", "action", "bot", "action"]
    assert turn.answer == [{"text": "好的", "buttons": [], "custom": {}}]
    assert turn.failed is False


async def test_a_turn_that_failed_is_not_stored(store: TurnTrackerStore, turn: Turn) -> None:
    turn.failed = True

    await store.save(answered())

    assert rows(store) == []
    assert turn.answer is None


async def test_a_turn_that_does_not_end_in_listening_is_a_failure(store: TurnTrackerStore, turn: Turn) -> None:
    await store.save(tracker(said(TEXT), BotUttered("好的"), ActionExecuted("utter_x")))

    assert (rows(store), turn.failed, turn.answer) == ([], True, None)


async def test_a_turn_that_says_nothing_is_a_failure(store: TurnTrackerStore, turn: Turn) -> None:
    await store.save(tracker(said(TEXT), ActionExecuted("action_x"), ActionExecuted("action_listen")))

    assert (rows(store), turn.failed, turn.answer) == ([], True, None)


async def test_a_conversation_is_stored_before_the_message_is_in_it(store: TurnTrackerStore, turn: Turn) -> None:
    await store.save(tracker(ActionExecuted("action_session_start"), ActionExecuted("action_listen")))

    assert len(rows(store)) == 2
    assert (turn.failed, turn.answer) == (False, None)


async def test_after_a_failure_not_even_the_conversations_beginning_is_stored(
    store: TurnTrackerStore, turn: Turn
) -> None:
    turn.failed = True

    await store.save(tracker(ActionExecuted("action_session_start")))

    assert rows(store) == []


async def test_without_a_turn_everything_is_stored(store: TurnTrackerStore) -> None:
    await store.save(tracker(said(TEXT), ActionExecuted("utter_x")))

    assert len(rows(store)) == 2


async def test_saving_again_adds_only_what_is_new(store: TurnTrackerStore, turn: Turn) -> None:
    whole = answered()
    await store.save(whole)
    for event in (said("再说", "m2"), BotUttered("好"), ActionExecuted("action_listen")):
        whole.update(event)
    current_turn.set(Turn("m2"))
    await store.save(whole)

    assert len(rows(store)) == 7
    read = await store.retrieve("talk")
    assert [event.text for event in read.events if isinstance(event, UserUttered)][1] == "再说"


async def test_numbers_and_codes_of_a_customer_are_stored_masked(store: TurnTrackerStore, turn: Turn) -> None:
    await store.save(answered())

    stored = json.dumps(rows(store), ensure_ascii=False)
    assert "18912345678" not in stored
    assert "654321" not in stored
    (user,) = [row for row in rows(store) if row["event"] == "user"]
    assert user["text"] == user["parse_data"]["text"] == user["parse_data"]["raw_text"]
    assert user["text"] == "我的号码是189****5678，验证码******"
    assert user["parse_data"]["entities"][0]["value"] == "189****5678"
    assert user["parse_data"]["intent"] == {"name": "x", "confidence": 1.0}


async def test_the_id_of_a_message_is_never_masked(store: TurnTrackerStore, turn: Turn) -> None:
    turn.message_id = "12345678901234567890123456789012"
    await store.save(answered(turn.message_id))

    assert rows(store)[0]["message_id"] == "12345678901234567890123456789012"


def test_masking_for_storage_leaves_the_running_conversation_as_it_is() -> None:
    event = said(TEXT)

    MaskedMessage(event).as_dict()

    assert event.text == event.parse_data["text"] == TEXT
    assert event.parse_data["entities"][0]["value"] == "18912345678"
    assert event.entities[0]["value"] == "18912345678"


async def test_slots_are_stored_as_they_are(store: TurnTrackerStore) -> None:
    await store.save(tracker(SlotSet("pending_request", [{"action": "a", "params": {"month": "2026-10"}}])))

    assert rows(store)[0]["value"] == [{"action": "a", "params": {"month": "2026-10"}}]


async def test_an_unreadable_conversation_fails_the_turn_and_not_the_process(
    store: TurnTrackerStore, turn: Turn
) -> None:
    await store.save(answered())
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE events SET data = 'no json'"))

    with pytest.raises(ValueError, match="Expecting value"):
        await store.retrieve("talk")
    assert turn.failed is True


def test_the_store_writes_ahead_and_waits_for_locks(store: TurnTrackerStore) -> None:
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(sa.text("PRAGMA busy_timeout")).scalar() == 5000


def test_texts_are_masked_wherever_they_hang() -> None:
    value = {"a": ["18912345678", {"b": "654321"}], "c": 18912345678, "d": None, "e": True}

    assert masked(value) == {"a": ["189****5678", {"b": "******"}], "c": 18912345678, "d": None, "e": True}
