import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.checkpoint import LiveTracker
from bot.tracker_store import TurnTrackerStore, masked, masked_message
from bot.turn import Turn, current_turn
from tests.common.isolation import isolated
from tests.common.postgres import new_database, programs

TEXT = "我的号码是18912345678，验证码654321"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[TurnTrackerStore]:
    """A tracker store on an empty database."""
    if request.param == "sqlite":
        made = TurnTrackerStore(Domain.empty())
        yield made
        made.engine.dispose()
        return
    if programs() is None:
        pytest.skip("no PostgreSQL is installed")
    with isolated(monkeypatch, tmp_path, rasa_database_url=new_database()):
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


def tracker(*events: Any) -> LiveTracker:
    made = LiveTracker("talk", [])
    for event in events:
        made.update(event)
    return made


def answered(message_id: str = "m1") -> LiveTracker:
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

    masked_message(event)

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

    another = TurnTrackerStore(Domain.empty())
    with pytest.raises(ValueError, match="Expecting value"):
        await another.retrieve("talk")
    another.engine.dispose()
    assert turn.failed is True


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_store_writes_ahead_and_waits_for_locks(store: TurnTrackerStore) -> None:
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(sa.text("PRAGMA busy_timeout")).scalar() == 5000


def test_texts_are_masked_wherever_they_hang() -> None:
    value = {"a": ["18912345678", {"b": "654321"}], "c": 18912345678, "d": None, "e": True}

    assert masked(value) == {"a": ["189****5678", {"b": "******"}], "c": 18912345678, "d": None, "e": True}


def talk(store: TurnTrackerStore, number: int, one: LiveTracker | None) -> LiveTracker:
    """The next turn of a conversation, not yet saved."""
    current_turn.set(Turn(f"m{number}"))
    going = one or tracker(ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen"))
    for event in (said(f"第{number}句", f"m{number}"), BotUttered("好"), ActionExecuted("action_listen")):
        going.update(event)
    return going


async def goes_on(store: TurnTrackerStore, first: int, last: int) -> None:
    for number in range(first, last):
        await store.save(talk(store, number, await store.retrieve("talk")))
        current = current_turn.get()
        assert current is not None
        assert current.failed is False


def heard(one: DialogueStateTracker | None) -> list[str]:
    return [event.text for event in one.events if isinstance(event, UserUttered)] if one else []


@pytest.fixture
def another(store: TurnTrackerStore) -> Iterator[TurnTrackerStore]:
    """A second server's store on the same database."""
    made = TurnTrackerStore(Domain.empty())
    yield made
    made.engine.dispose()


async def test_a_conversation_that_goes_on_is_not_read_again(store: TurnTrackerStore, turn: Turn) -> None:
    await goes_on(store, 0, 2)

    assert await store.retrieve("talk") is await store.retrieve("talk")


async def test_what_another_server_saved_is_read(
    store: TurnTrackerStore, another: TurnTrackerStore, turn: Turn
) -> None:
    await goes_on(store, 0, 2)
    await goes_on(another, 2, 3)

    assert heard(await store.retrieve("talk")) == ["第0句", "第1句", "第2句"]


async def test_a_turn_that_began_before_another_servers_was_saved_fails(
    store: TurnTrackerStore, another: TurnTrackerStore, turn: Turn
) -> None:
    await goes_on(store, 0, 2)
    slow = talk(another, 2, await another.retrieve("talk"))
    late = current_turn.get()
    await goes_on(store, 3, 4)
    current_turn.set(late)

    await another.save(slow)

    assert late is not None
    assert (late.failed, late.answer) == (True, None)
    assert heard(await another.retrieve("talk")) == ["第0句", "第1句", "第3句"]


async def test_two_servers_that_begin_the_same_conversation_do_not_mix(
    store: TurnTrackerStore, another: TurnTrackerStore, turn: Turn
) -> None:
    first, second = talk(store, 1, None), talk(another, 1, None)

    await store.save(first)
    current_turn.set(loser := Turn("m1"))
    await another.save(second)

    assert loser.failed is True
    assert len(heard(await store.retrieve_full_tracker("talk"))) == 1


async def test_a_turn_that_failed_leaves_nothing_in_memory(store: TurnTrackerStore, turn: Turn) -> None:
    await goes_on(store, 0, 2)
    broken = talk(store, 2, await store.retrieve("talk"))
    failed = current_turn.get()
    assert failed is not None
    failed.failed = True

    await store.save(broken)

    assert heard(await store.retrieve("talk")) == ["第0句", "第1句"]


async def test_a_long_conversation_is_the_same_from_memory_and_from_the_database(
    store: TurnTrackerStore, another: TurnTrackerStore, turn: Turn
) -> None:
    for last in range(1, 40):
        await goes_on(store, last - 1, last)
        live, read = await store.retrieve("talk"), await another.retrieve("talk")

        assert live is not None
        assert read is not None
        assert [event.as_dict() for event in live.events] == [event.as_dict() for event in read.events]
        assert (live.version, live.head, live.stored, live.past) == (read.version, read.head, read.stored, read.past)
        assert len(live.events) < 40
    assert len(heard(await store.retrieve_full_tracker("talk"))) == 39


async def test_actions_are_told_of_turns_that_are_not_held_any_more(store: TurnTrackerStore, turn: Turn) -> None:
    await goes_on(store, 0, 12)
    current_turn.set(now := Turn("m12"))

    live = await store.retrieve("talk")

    assert [event["text"] for event in now.past if event["event"] == "user"] + heard(live) == [
        f"第{number}句" for number in range(12)
    ]


async def test_a_number_stays_in_memory_no_longer_than_the_turn(store: TurnTrackerStore, turn: Turn) -> None:
    await store.save(answered())

    live = await store.retrieve("talk")
    assert live is not None
    assert "18912345678" not in json.dumps([event.as_dict() for event in live.events])
    assert live.latest_message.text == "我的号码是189****5678，验证码******"


async def test_a_conversation_from_before_versions_is_read_and_goes_on(store: TurnTrackerStore, turn: Turn) -> None:
    await goes_on(store, 0, 3)
    with store.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM conversations"))

    await goes_on(store, 3, 5)

    assert heard(await store.retrieve("talk")) == [f"第{number}句" for number in range(5)]


async def test_only_so_many_conversations_stay_in_memory(
    store: TurnTrackerStore, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tracker_store.LIVE", 3)
    for number in range(5):
        one = LiveTracker(f"talk{number}", [])
        for event in (said(TEXT), BotUttered("好"), ActionExecuted("action_listen")):
            one.update(event)
        await store.save(one)

    assert list(store._live) == ["talk2", "talk3", "talk4"]
