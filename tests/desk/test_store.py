import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import sqlalchemy as sa

from common.database import transaction
from desk import store
from desk.errors import Refused
from desk.models import Choice, Conversation, Message, OutboxEvent, Turn
from desk.store import Accepted, Said
from tests.desk.conftest import Clock


def count(model: type) -> int:
    with transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model))


def at_once(*jobs: object) -> list[object]:
    """Runs the jobs in threads that start together, and returns what they return, in order."""
    barrier = threading.Barrier(len(jobs))

    def run(job: object) -> object:
        barrier.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(run, job) for job in jobs]]


def test_a_message_is_written_down_with_its_turn_and_its_event(talk: str) -> None:
    accepted = store.accept(talk, "c1", "查话费", None)

    assert accepted == Accepted(talk, "bot", accepted.turn, "查话费", None, False)
    messages, mode = store.history(talk, 0)
    assert mode == "bot"
    assert [(line["seq"], line["role"], line["text"], line["client_id"]) for line in messages] == [
        (1, "customer", "查话费", "c1")
    ]
    assert store.pending(talk) == [accepted.turn]
    with transaction() as session:
        assert session.scalars(sa.select(OutboxEvent.payload)).all() == messages


def test_the_same_message_again_does_nothing_twice(talk: str) -> None:
    first = store.accept(talk, "c1", "查话费", None)
    again = store.accept(talk, "c1", "别的话", None)

    assert again == Accepted(talk, "bot", first.turn, "查话费", None, True)
    assert (count(Message), count(Turn), count(OutboxEvent)) == (1, 1, 1)


def test_twenty_threads_with_one_client_id_write_one_message(talk: str) -> None:
    accepted = at_once(*[lambda: store.accept(talk, "c1", "查话费", None)] * 20)

    assert len({entry.turn for entry in accepted}) == 1
    assert sorted(entry.known for entry in accepted) == [False] + [True] * 19
    assert (count(Message), count(Turn), count(OutboxEvent)) == (1, 1, 1)


def test_the_same_client_id_in_two_conversations_is_two_messages(talk: str) -> None:
    other = store.create_conversation("web")

    assert store.accept(talk, "c1", "查话费", None).turn != store.accept(other, "c1", "查话费", None).turn


def test_seq_counts_without_gaps_or_doubles_under_many_threads(talk: str) -> None:
    at_once(
        *[lambda number=number: store.accept(talk, f"c{number}", "查话费", None) for number in range(10)],
        *[lambda: store.say(talk, [Said("bot", "一"), Said("bot", "二")])] * 10,
    )

    messages, _ = store.history(talk, 0)
    assert [line["seq"] for line in messages] == list(range(1, 31))
    with transaction() as session:
        sent = session.scalars(sa.select(OutboxEvent).order_by(OutboxEvent.id)).all()
    assert [event.payload["seq"] for event in sent] == list(range(1, 31))


def test_an_unknown_conversation_is_refused() -> None:
    for act in (
        lambda: store.accept("nobody", "c1", "x", None),
        lambda: store.history("nobody", 0),
        lambda: store.say("nobody", [Said("bot", "x")]),
    ):
        with pytest.raises(Refused) as raised:
            act()
        assert (raised.value.status, raised.value.code) == (404, "not_found")
    assert (count(Message), count(Turn), count(Conversation)) == (0, 0, 0)


def offer(talk: str, *choices: tuple[str, str]) -> list[dict[str, str]]:
    return store.say(talk, [Said("bot", "请选", choices)])[0]["choices"]


def test_a_choice_means_what_its_button_meant(talk: str) -> None:
    choice = offer(talk, ("查账单", "/query_bill"), ("查积分", "/query_points"))[1]

    accepted = store.accept(talk, "c1", None, choice["id"])

    assert (accepted.text, accepted.payload) == ("查积分", "/query_points")


def test_a_choice_shows_its_title_and_nothing_of_its_meaning(talk: str) -> None:
    (choice,) = offer(talk, ("查账单", "/query_bill"))

    assert set(choice) == {"id", "title"}
    assert "query_bill" not in str(store.history(talk, 0))
    with transaction() as session:
        assert not any("query_bill" in str(payload) for payload in session.scalars(sa.select(OutboxEvent.payload)))


def test_a_choice_of_another_conversation_is_refused(talk: str) -> None:
    (choice,) = offer(store.create_conversation("web"), ("查账单", "/query_bill"))

    with pytest.raises(Refused) as raised:
        store.accept(talk, "c1", None, choice["id"])
    assert (raised.value.status, raised.value.code) == (422, "choice_unknown")
    assert store.history(talk, 0) == ([], "bot")


@pytest.mark.parametrize("made_up", ["/query_bill", "query_bill", "", "1", "' OR 1=1 --"])
def test_a_choice_that_nobody_offered_is_refused(talk: str, made_up: str) -> None:
    offer(talk, ("查账单", "/query_bill"))

    with pytest.raises(Refused):
        store.accept(talk, "c1", None, made_up)
    assert count(Turn) == 0


def test_ids_of_choices_cannot_be_guessed(talk: str) -> None:
    offer(talk, *[(f"选项{number}", "/x") for number in range(50)])

    with transaction() as session:
        ids = session.scalars(sa.select(Choice.id)).all()
    assert len(set(ids)) == 50
    assert min(map(len, ids)) >= 12


def test_the_title_of_a_button_may_be_typed_instead_of_pressed(talk: str) -> None:
    offer(talk, ("上月账单", "/query_bill"))

    assert store.accept(talk, "c1", "上月账单", None).payload == "/query_bill"


def test_the_title_of_an_older_answer_is_only_words(talk: str) -> None:
    offer(talk, ("没有了", "/deny"))
    store.accept(talk, "c1", "查话费", None)
    store.say(talk, [Said("bot", "12元")])

    assert store.accept(talk, "c2", "没有了", None).payload is None


def test_history_comes_after_a_seq_in_order_and_only_of_its_conversation(talk: str) -> None:
    store.say(store.create_conversation("web"), [Said("bot", "别人的")])
    store.say(talk, [Said("bot", str(number)) for number in range(5)])

    assert [line["text"] for line in store.history(talk, 2)[0]] == ["2", "3", "4"]
    assert [line["text"] for line in store.history(talk, 1, limit=2)[0]] == ["1", "2"]
    assert store.history(talk, 99)[0] == []


def test_a_line_is_shown_as_the_contract_has_it(talk: str) -> None:
    card = {"kind": "balance", "rows": []}
    (line,) = store.say(talk, [Said("bot", "余额12元", (("账单", "/query_bill"),), card)])

    assert set(line) == {"seq", "role", "text", "choices", "card", "at"}
    assert (line["seq"], line["role"], line["text"], line["card"]) == (1, "bot", "余额12元", card)
    assert line["at"].endswith("Z")
    datetime.fromisoformat(line["at"][:-1])


def test_replies_are_what_was_said_in_a_turn_and_nothing_else(talk: str) -> None:
    accepted = store.accept(talk, "c1", "查话费", None)
    store.say(talk, [Said("system", "别的事")])
    store.say(talk, [Said("bot", "12元"), Said("bot", "还有别的吗")], accepted.turn)

    assert [line["text"] for line in store.replies(accepted.turn)] == ["12元", "还有别的吗"]


def test_only_one_of_many_gets_the_lease(talk: str) -> None:
    turn = store.accept(talk, "c1", "查话费", None).turn

    works = at_once(*[lambda: store.lease(turn, 60)] * 12)

    (work,) = [work for work in works if work is not None]
    assert (work.id, work.conversation, work.text, work.attempts) == (turn, talk, "查话费", 1)


def test_two_turns_of_one_conversation_are_never_held_at_once(talk: str) -> None:
    first, second = (store.accept(talk, name, "查话费", None).turn for name in ("c1", "c2"))
    elsewhere = store.accept(store.create_conversation("web"), "c1", "查话费", None).turn

    assert store.lease(first, 60) is not None
    assert store.lease(second, 60) is None
    assert store.lease(elsewhere, 60) is not None
    with transaction() as session:
        store.finish(session, first, "done")
    assert store.lease(second, 60) is not None


def test_a_lease_that_ran_out_can_be_taken_by_another(talk: str, clock: Clock) -> None:
    turn = store.accept(talk, "c1", "查话费", None).turn
    store.lease(turn, 10)
    clock.forward(9)
    assert store.lease(turn, 10) is None

    clock.forward(2)

    again = store.lease(turn, 10)
    assert again is not None
    assert again.attempts == 2


def test_an_ended_turn_cannot_be_taken(talk: str) -> None:
    turn = store.accept(talk, "c1", "查话费", None).turn
    with transaction() as session:
        store.finish(session, turn, "done")

    assert store.lease(turn, 10) is None
    assert store.pending(talk) == []
    assert store.due() == []


def test_a_turn_put_off_is_due_when_its_pause_is_over(talk: str, clock: Clock) -> None:
    turn = store.accept(talk, "c1", "查话费", None).turn
    assert store.due() == [talk]
    store.lease(turn, 10)
    assert store.due() == []
    with transaction() as session:
        store.put_off(session, turn, 5)
    assert store.due() == []

    clock.forward(6)

    assert store.due() == [talk]


def test_no_later_turn_overtakes_one_that_is_put_off(talk: str, clock: Clock) -> None:
    first = store.accept(talk, "c1", "查话费", None).turn
    with transaction() as session:
        store.put_off(session, first, 60)
    second = store.accept(talk, "c2", "查流量", None).turn

    assert store.pending(talk) == [first, second]
    assert store.due() == []
    clock.forward(61)
    assert store.due() == [talk]


def test_what_a_dead_process_held_is_free_at_once_when_it_is_back(talk: str) -> None:
    turn = store.accept(talk, "c1", "查话费", None).turn
    store.lease(turn, 600)
    assert store.due() == []

    store.release_leases()

    assert store.due() == [talk]


def test_a_message_to_somebody_who_waits_for_a_person_is_no_work_for_the_bot(talk: str) -> None:
    with transaction() as session:
        store.set_mode(session, store.lock_conversation(session, talk), "queued", None)

    accepted = store.accept(talk, "c1", "在吗", None)

    assert accepted.mode == "queued"
    assert store.pending(talk) == []


def test_a_message_refused_half_way_leaves_nothing(talk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "shown", lambda message: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        store.accept(talk, "c1", "查话费", None)

    assert (count(Message), count(Turn), count(OutboxEvent)) == (0, 0, 0)
    monkeypatch.undo()


def test_who_runs_the_turn_at_once_takes_it_with_the_message(talk: str) -> None:
    accepted = store.accept(talk, "c1", "查话费", None, lease_seconds=5)

    assert accepted.work is not None
    assert (accepted.work.id, accepted.work.text, accepted.work.attempts) == (accepted.turn, "查话费", 1)
    assert store.lease(accepted.turn, 5) is None
    assert store.due() == []


def test_a_turn_behind_an_open_one_is_not_taken_with_the_message(talk: str) -> None:
    first = store.accept(talk, "c1", "查话费", None, lease_seconds=5)
    second = store.accept(talk, "c2", "查流量", None, lease_seconds=5)

    assert first.work is not None
    assert second.work is None
    assert store.pending(talk) == [first.turn, second.turn]


def test_a_turn_that_was_taken_with_its_message_is_free_when_its_time_is_over(talk: str) -> None:
    accepted = store.accept(talk, "c1", "查话费", None, lease_seconds=-1)

    again = store.lease(accepted.turn, 5)

    assert again is not None
    assert again.attempts == 2


def test_a_message_that_is_known_is_not_taken_again(talk: str) -> None:
    store.accept(talk, "c1", "查话费", None, lease_seconds=5)

    assert store.accept(talk, "c1", "查话费", None, lease_seconds=5).work is None
