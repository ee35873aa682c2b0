"""A message's way: written down, answered by the bot in time or honestly not, finished later when it must be."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

import anyio.to_thread
from sqlalchemy.orm import Session

from common.database import reading, transaction
from common.masking import mask_text
from common.settings import settings
from common.times import utc_now
from desk import choices, handover, store, survey
from desk.errors import sentence
from desk.memory import Memory
from desk.models import Conversation
from desk.outbox import Outbox
from desk.rasa import Answer, BotSilent, Finder, RasaClient
from desk.secrets import HIDDEN, hide
from desk.store import Accepted, Said, Shown, Work
from knowledge_base import content

logger = logging.getLogger(__name__)

# Tries of one turn, and the pauses between them; after these ten minutes nobody waits for the answer any more.
PAUSES = (1, 2, 4, 8, 15)
TRIES = 8
AGE = timedelta(minutes=10)
# Seconds between tries of what a customer was promised.
CALL_BACK_PAUSE = 60
# What writing an apology down takes, so that it still is in time.
WRITING_SECONDS = 0.3
# Characters of a customer's own words.
QUOTED = 30


class Turns:
    """Takes customers' messages of all channels; one conversation's turns run one after the other."""

    def __init__(
        self,
        rasa: RasaClient,
        outbox: Outbox,
        queue_changed: Callable[[], None] = lambda: None,
        memory: Memory | None = None,
        knowledge: Finder | None = None,
    ) -> None:
        self._rasa = rasa
        self._outbox = outbox
        self._queue_changed = queue_changed
        self._memory = memory
        self._knowledge = knowledge
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, accepted: Accepted) -> list[Shown]:
        """The replies to a message that was written down; within `answer_seconds`, whatever happens behind the desk."""
        ends = time.monotonic() + settings().answer_seconds
        self._outbox.wake()
        if accepted.mode == "bot" or store.is_for_desk(accepted.payload):
            answered = False
            with contextlib.suppress(asyncio.TimeoutError):
                # The turn itself goes on when its time here is over: its answer comes later.
                running = asyncio.shield(self._run_up_to(accepted, ends))
                answered = await asyncio.wait_for(running, ends - time.monotonic() - 0.1)
            if not answered:  # another turn, or a process that is gone by now, may have held it up
                await in_thread(_apologise_if_silent, accepted)
        elif accepted.mode == "queued" and not accepted.known:
            await in_thread(_answer_while_waiting, accepted)
        self._outbox.wake()
        lines: list[Shown]
        lines, mode = await in_thread(_outcome, accepted)
        if "queued" in {mode, accepted.mode}:
            self._queue_changed()
        return lines

    async def _run_up_to(self, accepted: Accepted, ends: float) -> bool:
        """Runs the conversation's open turns, oldest first, up to this one; whether it is answered."""
        async with self._lock(accepted.conversation):
            if accepted.work is not None:
                return await self._work(accepted.work, ends)
            for turn in await in_thread(store.pending, accepted.conversation):
                ended = await self._run(turn, ends)
                if turn == accepted.turn:
                    if ended:
                        return True
                    break
        # Another replica may hold it: its answer will be in the database.
        while not (answered := await in_thread(store.is_answered, accepted.turn)):
            if time.monotonic() > ends:
                break
            await asyncio.sleep(0.1)
        return bool(answered)

    def _lock(self, conversation: str) -> asyncio.Lock:
        """One lock for all who ask for it at the same time."""
        return self._locks.setdefault(conversation, asyncio.Lock())

    async def _run(self, turn: str, ends: float) -> bool:
        """Takes one turn, if it is free, and has it answered; whether it has ended."""
        work = await in_thread(store.lease, turn, lease_seconds())
        if work is None or (work.is_event and not await in_thread(_may_run, work)):
            return False
        return await self._work(work, ends)

    async def _work(self, work: Work, ends: float) -> bool:
        """Asks the bot for the answer to a turn that was taken; whether the turn has ended."""
        if store.is_for_desk(work.payload):
            await in_thread(_answer_from_desk, work, self._memory)
            return True
        if work.mode == "human":
            await in_thread(_left_to_agent, work)
            return True
        told = await in_thread(self._memory.told, work.conversation) if self._memory else {}
        typing = self._outbox.typing(work.conversation)
        try:
            async with typing:
                answer = await self._rasa.ask(
                    work.conversation,
                    work.id,
                    work.text,
                    work.payload,
                    told,
                    seconds=ends - time.monotonic() - WRITING_SECONDS,
                    repeated=work.attempts > 1,
                    knowledge=self._knowledge,
                )
        except BotSilent as error:
            logger.warning("turn %s, try %d: the bot is silent: %s", work.id, work.attempts, error)
            return bool(await in_thread(_apologise, work, error.unreachable))
        with content.during(answer.release):
            await in_thread(_answer, work, answer, self._memory)
        return True

    async def finish_later(self) -> None:
        """Runs for ever: takes up turns that could not be answered, in each conversation in order."""
        while True:
            await asyncio.sleep(1)
            try:
                await asyncio.gather(*map(self._catch_up, await in_thread(store.due)))
            except Exception:
                logger.exception("unanswered turns could not be taken up")

    async def _catch_up(self, conversation: str) -> None:
        async with self._lock(conversation):
            for turn in await in_thread(store.pending, conversation):
                if not await self._run(turn, time.monotonic() + settings().answer_seconds):
                    break
        self._outbox.wake()


def lease_seconds() -> float:
    """How long a turn is taken for: its answer's time, and what writing it down may take."""
    return settings().answer_seconds + 5


def _outcome(accepted: Accepted) -> tuple[list[Shown], str]:
    """The replies to a message so far, and who answers the conversation now."""
    with reading() as session:
        lines = store.shown_replies(session, accepted.turn)
        return lines, store.mode_of(session, accepted.conversation)


def _may_run(work: Work) -> bool:
    """Whether the bot may speak of an event now; while a person answers the event waits, for a while."""
    with transaction() as session:
        row = store.lock_conversation(session, work.conversation)
        if row.mode == "bot":
            return True
        if _asks_for_call_back(work):  # a person is there, or comes
            store.finish(session, work.id, "done")
            return False
        if utc_now() - work.created_at > AGE:
            store.finish(session, work.id, "failed")
        else:
            store.put_off(session, work.id, PAUSES[-1], uncounted=True)
        return False


def _answer(work: Work, answer: Answer, memory: Memory | None) -> None:
    """Writes the bot's answer down and ends the turn, in one transaction."""
    said: list[Said] = []
    wish: dict[str, Any] | None = None
    announced: Said | None = None
    secret = survey_due = False
    for entry in answer.messages:
        custom = entry.get("custom") or {}
        survey_due = survey_due or custom.get("survey") is True
        secret = secret or custom.get("secret") is True
        text, card = entry.get("text") or "", custom.get("card")
        buttons = tuple((str(button["title"]), str(button["payload"])) for button in entry.get("buttons") or [])
        line = Said("bot", text, buttons, card)
        if custom.get("handover"):
            wish, announced = custom["handover"], line
        elif text or card:
            said.append(line)
    with transaction() as session:
        row = store.lock_conversation(session, work.conversation)
        if store.has_ended(session, work.id):
            return
        if store.has_replies(session, work.id):
            said.insert(0, Said("bot", sentence("late_answer", text=HIDDEN if secret else _quoted(work.text))))
        if wish is not None:
            handover.open_handover(session, row, wish, said, work.id, announced)
        elif row.mode != "human":  # else a person took over meanwhile, and the bot says nothing more
            store.add_lines(session, row, said, work.id)
            if survey_due:
                survey.ask_of_bot(session, row)
        if secret:
            hide(session, work.id)
        if memory is not None:
            for entry in answer.messages:
                memory.carry_out(session, row, entry.get("custom") or {})
        store.finish(session, work.id, "done", intent=answer.intent, confidence=answer.confidence)


def _asks_for_call_back(work: Work) -> bool:
    return work.is_event and str(work.payload).startswith(handover.REQUEST_CALL_BACK)


def _quoted(text: str) -> str:
    """A customer's words as the desk says them back: masked, and only as much as it takes to know them again."""
    words = mask_text(" ".join(text.split()))
    return words if len(words) <= QUOTED else f"{words[:QUOTED]}…"


def _answer_from_desk(work: Work, memory: Memory | None) -> None:
    """What the desk's own choices mean."""
    choices.press(work.conversation, str(work.payload), work.id)
    with transaction() as session:
        row = store.lock_conversation(session, work.conversation)
        if not store.has_ended(session, work.id):
            if memory is None or not memory.answer(session, row, str(work.payload), work.id):
                choices.answer(session, row, str(work.payload), work.id)
            store.finish(session, work.id, "done")


def _left_to_agent(work: Work) -> None:
    """Ends a turn that the bot did not get to before a person took over: they read it."""
    with transaction() as session:
        store.finish(session, work.id, "done")


def _answer_while_waiting(accepted: Accepted) -> None:
    """What a customer says in the queue is kept for the agent, unless it is about the queue itself."""
    asked = handover.asked_while_waiting(accepted.text)
    if asked is None:
        handover.remind(accepted.conversation, accepted.turn)
        return
    with transaction() as session:
        row = store.lock_conversation(session, accepted.conversation)
        if row.mode == "queued":
            choices.answer(session, row, asked, accepted.turn)


def _apologise(work: Work, unreachable: bool) -> bool:
    """Tells the customer, once, that the bot does not answer; the turn stays open for a while. Whether it has ended.

    A try that did not even reach the bot is none: what counts are tries that a turn itself may have spoilt. Nobody
    waits for what the bot says of an event: that one failed is not spoken of.
    """
    with transaction() as session:
        row = store.lock_conversation(session, work.conversation)
        if store.has_ended(session, work.id) or _reaches_person(session, row, work.id, work.payload, work.text):
            return True
        if _asks_for_call_back(work):
            # The customer was promised a call: this one is waited for, and they are told so.
            _promise(session, row, work.id)
            store.put_off(session, work.id, CALL_BACK_PAUSE, uncounted=True)
            return False
        if (work.attempts >= TRIES and not unreachable) or utc_now() - work.created_at > AGE:
            if not work.is_event:
                human = (handover.human_choice(),)
                store.add_lines(session, row, [Said("bot", sentence("turn_given_up"), human)], work.id)
            store.finish(session, work.id, "failed")
            return True
        if not work.is_event:
            _promise(session, row, work.id)
        store.put_off(session, work.id, PAUSES[min(work.attempts, len(PAUSES)) - 1], uncounted=unreachable)
        return False


def _apologise_if_silent(accepted: Accepted) -> None:
    """`_apologise` for a turn that nobody has got to in time; whoever works on it goes on."""
    with transaction() as session:
        row = store.lock_conversation(session, accepted.conversation)
        if store.has_ended(session, accepted.turn):
            return
        if not _reaches_person(session, row, accepted.turn, accepted.payload, accepted.text):
            _promise(session, row, accepted.turn)


def _reaches_person(session: Session, row: Conversation, turn: str, payload: str | None, text: str) -> bool:
    """Opens a handover when the message asks for one: that needs no bot."""
    if not (payload in {handover.HUMAN, "/human_agent"} or (payload is None and handover.asks_for_person(text))):
        return False
    wish = {"intent": "human_agent", "reason": "asked"}
    handover.open_handover(session, row, wish, [], turn, Said("bot", sentence("handover")))
    store.finish(session, turn, "done")
    return True


def _promise(session: Session, row: Conversation, turn: str) -> None:
    """Says, once a turn, that it will be answered later."""
    if not store.has_replies(session, turn):
        store.add_lines(session, row, [Said("bot", sentence("turn_failed"), (handover.human_choice(),))], turn)


async def in_thread(function: Any, *args: Any) -> Any:
    """Runs a blocking function of the desk in a worker thread."""
    return await anyio.to_thread.run_sync(function, *args)
