"""Brings who waits to who serves: one step looks at the whole queue, and is safe to run in several desks at once.

The steps: chats that nobody accepted in time, proposals that nobody answered, chats whose agent is gone, who is served
next, who has waited long, and whom to ask for a score.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa

from common.database import reading, transaction
from common.times import utc_now
from desk import enrich, handover, opening, proposals, queue, routing, store, survey
from desk.errors import Refused, sentence
from desk.handover_models import Handover
from desk.handover_states import ACTIVE, OFFERED, QUEUED, moved
from desk.models import Conversation
from desk.outbox import Event, Outbox
from desk.staff_models import Presence
from desk.turns import in_thread
from desk.workbench import chats, presence

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
# How often who has been silent is looked for, and those who wait are told where they stand.
IDLE_SECONDS = 30.0
PLACES_SECONDS = 10.0
# How many of those who wait long are told so at once.
MOST_TOLD = 50


@dataclass
class Changes:
    """What a step changed, for pages that are open: whose chats, whose presence, and whether the queue."""

    chats: set[int] = field(default_factory=set)
    offers: list[tuple[int, int]] = field(default_factory=list)
    presence: set[int] = field(default_factory=set)
    queue: bool = False
    waiting: frozenset[int] = frozenset()

    def moved(self, staff: int, *, presence: bool = False) -> None:
        """A chat came to an agent, or left them."""
        self.chats.add(staff)
        self.queue = True
        if presence:
            self.presence.add(staff)


class Tellers(Protocol):
    """How open pages of staff are told that something has changed."""

    async def told(self, changes: Changes) -> None:
        """Tells them."""


def step() -> Changes:
    """One look at the queue; see the module.

    Who is to be moved is read first. Each is then moved in a transaction of its own that looks again, and locks in one
    order: conversation, handover, the agent's presence. So no step holds others up, and none stands in another's way.
    """
    changes = Changes()
    _take_back(changes)
    with transaction() as session:
        proposals.lapse(session)
    _return_lost(changes)
    _offer(changes)
    return changes


def _take_back(changes: Changes) -> None:
    """Chats that were offered and not accepted in time; who let one pass is busy until they say otherwise."""
    for handover_id in _ids(Handover.state == OFFERED, Handover.offered_until < utc_now()):
        with transaction() as session:
            found, _ = chats.locked(session, handover_id)
            if found.state != OFFERED or found.offered_until >= utc_now():
                continue
            staff = found.staff_id
            chats.let_pass(found, staff)
            chats.note(session, found, "event", sentence("note_missed"), staff)
            presence.enter(session, staff, presence.BUSY, missed=True)
            changes.moved(staff, presence=True)


def _return_lost(changes: Changes) -> None:
    """Agents whose page has been gone for too long are offline, and their chats go to others, whatever they were."""
    since = utc_now() - queue.seconds("grace")
    held = sa.and_(Handover.state.in_((OFFERED, ACTIVE)), Handover.staff_id.is_not(None))
    here = sa.exists().where(Presence.staff_id == Handover.staff_id, Presence.seen_at >= since)
    for handover_id in _ids(held, ~here):
        with transaction() as session:
            found, row = chats.locked(session, handover_id)
            staff = found.staff_id
            if staff is None or found.state not in {OFFERED, ACTIVE} or presence.of(session, staff).seen_at >= since:
                continue
            if found.state == OFFERED:
                chats.let_pass(found, staff)
            else:
                chats.lost(session, found, row)
            changes.moved(staff)
    with reading() as session:
        gone = session.scalars(
            sa.select(Presence.staff_id).where(Presence.state != presence.OFFLINE, Presence.seen_at < since)
        ).all()
    for staff in gone:
        with transaction() as session:
            if presence.of(session, staff).seen_at < since:
                presence.enter(session, staff, presence.OFFLINE)
                changes.presence.add(staff)


def _offer(changes: Changes) -> None:
    now = utc_now()
    with reading() as session:
        waiting = queue.waiting(session)
        pairs = routing.assign(waiting, queue.team(session), queue.weights(), now) if waiting else []
    changes.waiting = frozenset(one.id for one in waiting)
    for one, agent in pairs:
        with transaction() as session:
            found, _ = chats.locked(session, one.id)
            there = presence.of(session, agent.id)
            full = chats.chats_of(session, agent.id) >= agent.ceiling
            if found.state != QUEUED or there.state != presence.READY or full:
                continue  # something has just been done by hand
            found.state = moved(found.state, "offered")
            found.staff_id, found.offered_until = agent.id, now + queue.seconds("accept")
            there.idle_since = now
            changes.offers.append((agent.id, one.id))
            changes.moved(agent.id)


def _ids(*conditions: Any) -> list[int]:
    with reading() as session:
        return list(session.scalars(sa.select(Handover.id).where(*conditions)))


def tend_waiting() -> None:
    """Who waits at closing time is called back, who is gone waits no more, who waits long is told where they stand."""
    now = utc_now()
    long = sa.func.coalesce(Handover.asked_at, Handover.queued_at) < now - queue.seconds("asked_again")
    with reading() as session:
        groups = session.scalars(sa.select(Handover.group).where(Handover.state == QUEUED).distinct()).all()
        closed = [group for group in groups if not opening.is_open(session, group)]
        silent = Conversation.active_at < now - queue.seconds("silent")
        ends = session.execute(
            sa.select(Handover.id, silent)
            .join(Conversation, Conversation.id == Handover.conversation_id)
            .where(Handover.state == QUEUED, sa.or_(silent, Handover.group.in_(closed)))
        ).all()
        told = list(session.scalars(sa.select(Handover.id).where(Handover.state == QUEUED, long).limit(MOST_TOLD)))
        places = queue.places(session)
    for handover_id, gone in ends:
        with transaction() as session:
            found, row = chats.locked(session, handover_id)
            if found.state == QUEUED:
                handover.end_waiting(session, row, found, gone=gone)
    for handover_id in {*told} - {handover_id for handover_id, _ in ends}:
        with transaction() as session:
            found, row = chats.locked(session, handover_id)
            if found.state == QUEUED and row.id in places:
                handover.ask_again(session, row, found, places[row.id])


def ask_the_idle() -> None:
    """Asks those for a score who have been silent since the bot answered them."""
    with reading() as session:
        silent = survey.idle(session)
    for conversation in silent:
        with transaction() as session, contextlib.suppress(Refused):  # deleted meanwhile
            survey.ask_of_bot(session, store.lock_conversation(session, conversation))


class Dispatcher:
    """Runs the steps, at once when woken and every second."""

    def __init__(self, outbox: Outbox, tellers: Tellers) -> None:
        self._outbox = outbox
        self._tellers = tellers
        self._woken = asyncio.Event()
        self._told: dict[str, dict[str, Any]] = {}
        self._waiting: frozenset[int] = frozenset()

    def wake(self) -> None:
        """Says that something has changed: somebody waits, somebody is free."""
        self._woken.set()

    async def run(self) -> None:
        """Runs for ever."""
        loops = (self._step, self._idle, self._look_up, self._tell_places)
        await asyncio.gather(*map(self._forever, loops))

    async def _forever(self, work: Any) -> None:
        while True:
            try:
                await work()
            except Exception:
                logger.exception("the queue could not be worked on")
                await asyncio.sleep(TICK_SECONDS)

    async def _step(self) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._woken.wait(), TICK_SECONDS)
        self._woken.clear()
        changes = await in_thread(step)
        changes.queue = changes.queue or changes.waiting != self._waiting
        self._waiting = changes.waiting
        self._outbox.wake()
        await self._tellers.told(changes)

    async def _idle(self) -> None:
        await asyncio.sleep(IDLE_SECONDS)
        await in_thread(tend_waiting)
        await in_thread(ask_the_idle)
        self._outbox.wake()

    async def _look_up(self) -> None:
        """Who waits is looked up; an operator that is down is asked again a little later."""
        found = await in_thread(enrich.due)
        known = await asyncio.gather(*(in_thread(enrich.look_up, one) for one in found))
        if any(known):
            self.wake()
        if not all(known) or not found:
            await asyncio.sleep(TICK_SECONDS if not found else IDLE_SECONDS)

    async def _tell_places(self) -> None:
        """Those who wait see their place move; worth nothing later, so it is never written down."""
        await asyncio.sleep(PLACES_SECONDS)
        places = await in_thread(_places)
        for conversation, place in places.items():
            if self._told.get(conversation) != place:
                await self._outbox.send(Event(conversation, "queue", place))
        self._told = places


def _places() -> dict[str, dict[str, Any]]:
    with reading() as session:
        return queue.places(session)
