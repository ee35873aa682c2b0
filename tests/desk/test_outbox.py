import asyncio
import contextlib
from typing import Any

import pytest
import sqlalchemy as sa

from common.database import transaction
from desk import store
from desk.models import OutboxEvent
from desk.outbox import BATCH, LEASE, Event, Outbox
from desk.store import Said
from tests.desk.conftest import Clock, Recorder


def say(talk: str, *texts: str) -> None:
    store.say(talk, [Said("bot", text) for text in texts])


def left() -> int:
    with transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(OutboxEvent))


class Dying(Recorder):
    """A channel whose process dies after some events."""

    def __init__(self, survives: int) -> None:
        super().__init__()
        self._survives = survives

    async def send(self, event: Event) -> None:
        if len(self.sent) == self._survives:
            raise ConnectionError
        await super().send(event)


async def test_events_are_sent_once_in_the_order_they_were_written(talk: str, recorder: Recorder) -> None:
    other = store.create_conversation("web")
    say(talk, "一", "二")
    say(other, "三")
    say(talk, "四")
    outbox = Outbox(recorder)

    await outbox._send_batch()
    await outbox._send_batch()

    assert recorder.texts() == ["一", "二", "三", "四"]
    assert [conversation for conversation, _, _ in recorder.sent] == [talk, talk, other, talk]
    assert left() == 0


async def test_what_is_sent_is_what_history_shows(talk: str, recorder: Recorder) -> None:
    store.accept(talk, "c1", "查话费", None)
    store.say(talk, [Said("bot", "12元", (("账单", "/query_bill"),), {"kind": "balance"})])

    await Outbox(recorder)._send_batch()

    assert [payload for _, event, payload in recorder.sent if event == "message"] == store.history(talk, 0)[0]


async def test_a_change_of_mode_is_told(talk: str, recorder: Recorder) -> None:
    with transaction() as session:
        store.set_mode(session, store.lock_conversation(session, talk), "queued", {"position": 1})

    await Outbox(recorder)._send_batch()

    assert recorder.sent == [(talk, "mode", {"mode": "queued"}), (talk, "queue", {"position": 1})]


async def test_what_was_taken_by_a_process_that_died_is_sent_again(talk: str, recorder: Recorder, clock: Clock) -> None:
    say(talk, "一", "二", "三")
    dying = Dying(survives=1)
    with pytest.raises(ConnectionError):
        await Outbox(dying)._send_batch()
    assert (dying.texts(), left()) == (["一"], 3)
    await Outbox(recorder)._send_batch()
    assert recorder.texts() == []

    clock.forward(LEASE.total_seconds() + 1)
    await Outbox(recorder)._send_batch()

    assert recorder.texts() == ["一", "二", "三"]
    assert left() == 0


async def test_two_processes_never_send_the_same_event(talk: str) -> None:
    say(talk, *[str(number) for number in range(20)])
    first, second = Recorder(), Recorder()

    await asyncio.gather(Outbox(first)._send_batch(), Outbox(second)._send_batch())

    assert sorted(first.texts() + second.texts(), key=int) == [str(number) for number in range(20)]


async def test_an_event_written_in_a_transaction_that_failed_is_never_sent(talk: str, recorder: Recorder) -> None:
    with pytest.raises(LookupError), transaction() as session:  # noqa: PT012
        store.add_lines(session, store.lock_conversation(session, talk), [Said("bot", "一")])
        raise LookupError

    await Outbox(recorder)._send_batch()

    assert recorder.sent == []


@contextlib.asynccontextmanager
async def running(outbox: Outbox) -> Any:
    task = asyncio.create_task(outbox.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_running_outbox_sends_more_than_a_batch_when_it_is_woken(talk: str, recorder: Recorder) -> None:
    say(talk, *[str(number) for number in range(BATCH + 5)])
    outbox = Outbox(recorder)
    async with running(outbox):
        outbox.wake()
        for _ in range(1000):
            if left() == 0:
                break
            await asyncio.sleep(0.01)

    assert recorder.texts() == [str(number) for number in range(BATCH + 5)]


async def test_typing_is_shown_around_the_work_even_when_it_fails(talk: str, recorder: Recorder) -> None:
    with pytest.raises(LookupError):
        async with Outbox(recorder).typing(talk):
            raise LookupError

    assert recorder.sent == [
        (talk, "typing", {"on": True, "role": "bot"}),
        (talk, "typing", {"on": False, "role": "bot"}),
    ]
    assert left() == 0
