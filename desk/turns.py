"""A message's way: written down, answered by the bot in time or honestly not, finished later when it must be."""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from datetime import timedelta
from typing import Any

import anyio.to_thread

from common.database import transaction
from common.settings import settings
from common.times import utc_now
from desk import handover, store
from desk.errors import sentence
from desk.outbox import Outbox
from desk.rasa import BotSilent, RasaClient
from desk.store import Accepted, Said, Shown, Work

logger = logging.getLogger(__name__)

# Tries of one turn, and the pauses between them; after these ten minutes nobody waits for the answer any more.
PAUSES = (1, 2, 4, 8, 15)
TRIES = 8
AGE = timedelta(minutes=10)


class Turns:
    """Takes customers' messages of all channels; one conversation's turns run one after the other."""

    def __init__(self, rasa: RasaClient, outbox: Outbox) -> None:
        self._rasa = rasa
        self._outbox = outbox
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, accepted: Accepted) -> list[Shown]:
        """The replies to a message that was written down; within `answer_seconds`, whatever happens behind the desk."""
        ends = time.monotonic() + settings().answer_seconds
        self._outbox.wake()
        if accepted.mode == "bot":
            with contextlib.suppress(asyncio.TimeoutError):
                # The turn itself goes on when its time here is over: its answer comes later.
                await asyncio.wait_for(asyncio.shield(self._run_up_to(accepted, ends)), ends - time.monotonic() + 0.1)
        elif accepted.mode == "queued" and not accepted.known:
            leaves = accepted.payload == handover.LEAVE_QUEUE or handover.asks_to_leave_queue(accepted.text)
            await in_thread(handover.leave_queue if leaves else handover.remind, accepted.conversation, accepted.turn)
        self._outbox.wake()
        lines: list[Shown] = await in_thread(store.replies, accepted.turn)
        return lines

    async def _run_up_to(self, accepted: Accepted, ends: float) -> None:
        """Runs the conversation's open turns, oldest first, up to this one."""
        async with self._lock(accepted.conversation):
            for turn in await in_thread(store.pending, accepted.conversation):
                await self._run(turn, ends)
                if turn == accepted.turn:
                    return
            # Another replica may hold it: its answer will be in the database.
            while time.monotonic() < ends and not await in_thread(store.is_answered, accepted.turn):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    @contextlib.asynccontextmanager
    async def _lock(self, conversation: str) -> Any:
        lock = self._locks[conversation]
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._locks.pop(conversation, None)

    async def _run(self, turn: str, ends: float) -> None:
        # What is left after writing an apology down in time.
        seconds = ends - time.monotonic() - 0.15
        work = await in_thread(store.lease, turn, settings().answer_seconds + 5)
        if work is None:
            return
        if work.payload in {handover.HUMAN, handover.LEAVE_QUEUE}:
            await in_thread(_answer_from_desk, work)
            return
        typing = self._outbox.typing(work.conversation)
        try:
            async with typing:
                answer = await self._rasa.ask(
                    work.conversation,
                    work.id,
                    work.text,
                    work.payload,
                    seconds=seconds,
                    repeated=work.attempts > 1,
                )
        except BotSilent as error:
            logger.warning("turn %s, try %d: the bot is silent: %s", work.id, work.attempts, error)
            await in_thread(_apologise, work)
        else:
            await in_thread(_answer, work, answer)

    async def finish_later(self) -> None:
        """Runs for ever: takes up turns that could not be answered, in each conversation in order."""
        while True:
            await asyncio.sleep(1)
            try:
                for conversation, turn in await in_thread(store.due):
                    async with self._lock(conversation):
                        await self._run(turn, time.monotonic() + settings().answer_seconds)
                    self._outbox.wake()
            except Exception:
                logger.exception("unanswered turns could not be taken up")


def _answer(work: Work, answer: list[dict[str, Any]]) -> None:
    """Writes the bot's answer down and ends the turn, in one transaction."""
    said: list[Said] = []
    wish: dict[str, Any] | None = None
    for entry in answer:
        custom = entry.get("custom") or {}
        wish = custom.get("handover") or wish
        text, card = entry.get("text") or "", custom.get("card")
        choices = tuple((str(button["title"]), str(button["payload"])) for button in entry.get("buttons") or [])
        if text or card:
            said.append(Said("bot", text, choices, card))
        elif said and custom and said[-1].card is None:
            said[-1] = Said("bot", said[-1].text, said[-1].choices, card)
    with transaction() as session:
        row = store.lock_conversation(session, work.conversation)
        if work.attempts > 1:
            said.insert(0, Said("bot", sentence("late_answer", text=work.text)))
        if wish is not None:
            handover.open_handover(session, row, wish, said, work.id)
        else:
            store.add_lines(session, row, said, work.id)
        store.finish(session, work.id, "done")


def _answer_from_desk(work: Work) -> None:
    """What the desk's own choices mean."""
    with transaction() as session:
        row = store.lock_conversation(session, work.conversation)
        if work.payload == handover.HUMAN:
            said = [Said("bot", sentence("handover"))]
            handover.open_handover(session, row, {"intent": "human_agent"}, said, work.id)
        else:
            store.add_lines(session, row, [Said("system", sentence("queue_left"))], work.id)
        store.finish(session, work.id, "done")


def _apologise(work: Work) -> None:
    """Tells the customer, once, that the bot does not answer; the turn stays open for a while."""
    with transaction() as session:
        row = store.lock_conversation(session, work.conversation)
        if work.payload is None and handover.asks_for_person(work.text):
            said = [Said("bot", sentence("handover"))]
            handover.open_handover(session, row, {"intent": "human_agent"}, said, work.id)
            store.finish(session, work.id, "done")
            return
        human = (handover.human_choice(),)
        if work.attempts >= TRIES or utc_now() - work.created_at > AGE:
            store.add_lines(session, row, [Said("bot", sentence("turn_given_up"), human)], work.id)
            store.finish(session, work.id, "failed")
            return
        if work.attempts == 1:
            store.add_lines(session, row, [Said("bot", sentence("turn_failed"), human)], work.id)
        store.put_off(session, work.id, PAUSES[min(work.attempts, len(PAUSES)) - 1])


async def in_thread(function: Any, *args: Any) -> Any:
    """Runs a blocking function of the desk in a worker thread."""
    return await anyio.to_thread.run_sync(function, *args)
