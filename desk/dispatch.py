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
from sqlalchemy.orm import Session

from common.database import engine, reading, transaction
from common.times import utc_now
from desk import enrich, handover, proposals, queue, routing, store, survey
from desk.errors import Refused, sentence
from desk.handover_models import Handover
from desk.handover_states import ACTIVE, OFFERED, QUEUED, moved
from desk.outbox import Event, Outbox
from desk.staff_models import Presence
from desk.turns import in_thread
from desk.workbench import chats, presence

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
# How often who has been silent is looked for, and those who wait are told where they stand.
IDLE_SECONDS = 30.0
PLACES_SECONDS = 10.0
# Any number that nothing else locks in PostgreSQL.
_LOCK = 10_000


@dataclass
class Changes:
    """What a step changed, for pages that are open: whose chats, whose presence, and whether the queue."""

    chats: set[int] = field(default_factory=set)
    offers: list[tuple[int, int]] = field(default_factory=list)
    presence: set[int] = field(default_factory=set)
    queue: bool = False


class Tellers(Protocol):
    """How open pages of staff are told that something has changed."""

    async def told(self, changes: Changes) -> None:
        """Tells them."""


def step() -> Changes:
    """One look at the queue; see the module."""
    changes = Changes()
    with transaction() as session:
        if engine().dialect.name == "postgresql":  # SQLite lets one writer in anyway
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        _take_back(session, changes)
        proposals.lapse(session)
        _return_lost(session, changes)
        _offer(session, changes)
        _ask_again(session)
    return changes


def _take_back(session: Session, changes: Changes) -> None:
    """Chats that were offered and not accepted in time; who let one pass is busy until they say otherwise."""
    late = session.scalars(
        sa.select(Handover).where(Handover.state == OFFERED, Handover.offered_until < utc_now()).with_for_update()
    )
    for found in late.all():
        staff = found.staff_id
        chats.let_pass(found, staff)
        chats.note(session, found, "event", sentence("note_missed"), staff)
        presence.enter(session, staff, presence.BUSY, missed=True)
        changes.chats.add(staff)
        changes.presence.add(staff)
        changes.queue = True


def _return_lost(session: Session, changes: Changes) -> None:
    """Agents whose page has been gone for too long are offline, and their chats go to others."""
    gone = session.scalars(
        sa.select(Presence).where(
            Presence.state != presence.OFFLINE, Presence.seen_at < utc_now() - queue.seconds("grace")
        )
    )
    for row in gone.all():
        presence.enter(session, row.staff_id, presence.OFFLINE)
        changes.presence.add(row.staff_id)
        theirs = session.scalars(
            sa.select(Handover)
            .where(Handover.staff_id == row.staff_id, Handover.state.in_((OFFERED, ACTIVE)))
            .with_for_update()
        )
        for found in theirs.all():
            changes.chats.add(row.staff_id)
            changes.queue = True
            if found.state == OFFERED:
                chats.let_pass(found, row.staff_id)
            else:
                chats.lost(session, found, store.lock_conversation(session, found.conversation_id))


def _offer(session: Session, changes: Changes) -> None:
    waiting = queue.waiting(session)
    if not waiting:
        return
    now = utc_now()
    for one, agent in routing.assign(waiting, queue.team(session), queue.weights(), now):
        found = session.get(Handover, one.id, with_for_update=True)
        if found.state != QUEUED:  # somebody has just taken it by hand
            continue
        found.state = moved(found.state, "offered")
        found.staff_id, found.offered_until = agent.id, now + queue.seconds("accept")
        presence.of(session, agent.id).idle_since = now
        changes.offers.append((agent.id, one.id))
        changes.chats.add(agent.id)
        changes.queue = True


def _ask_again(session: Session) -> None:
    since = utc_now() - queue.seconds("asked_again")
    long = session.scalars(
        sa.select(Handover).where(
            Handover.state == QUEUED, sa.func.coalesce(Handover.asked_at, Handover.queued_at) < since
        )
    )
    for found in long.all():
        handover.ask_again(session, found)


def ask_the_idle() -> None:
    """Asks those for a score who have been silent since the bot answered them."""
    with transaction() as session:
        for conversation in survey.idle(session):
            with contextlib.suppress(Refused):  # deleted meanwhile
                survey.ask_of_bot(session, store.lock_conversation(session, conversation))


class Dispatcher:
    """Runs the steps, at once when woken and every second."""

    def __init__(self, outbox: Outbox, tellers: Tellers) -> None:
        self._outbox = outbox
        self._tellers = tellers
        self._woken = asyncio.Event()
        self._told: dict[str, dict[str, Any]] = {}

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
        self._outbox.wake()
        await self._tellers.told(changes)

    async def _idle(self) -> None:
        await asyncio.sleep(IDLE_SECONDS)
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
