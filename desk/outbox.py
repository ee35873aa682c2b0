"""Sends what the transactions wrote into the outbox: at once when woken, and after a crash when the desk is back."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import anyio.to_thread
import sqlalchemy as sa

from common.database import transaction
from common.times import utc_now
from desk.models import OutboxEvent

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=10)
# What is written within this time goes out together: under load that halves the transactions.
GATHER_SECONDS = 0.02
BATCH = 100


@dataclass(frozen=True)
class Event:
    """What happened in a conversation; `staff` is the agent who answers there, in their chat `handover`."""

    conversation: str
    name: str
    payload: Any
    staff: int | None = None
    handover: int | None = None


class Sender(Protocol):
    """How an event reaches those whom it concerns."""

    async def send(self, event: Event) -> None:
        """Sends one event; raises when it could not be handed on."""


class Outbox:
    """At least once and in order: pages drop a message whose seq they have."""

    def __init__(self, *senders: Sender) -> None:
        self._senders = senders
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Says that there is something to send."""
        self._woken.set()

    @contextlib.asynccontextmanager
    async def typing(self, conversation: str) -> AsyncIterator[None]:
        """Shows that the bot is writing; worth nothing a second later, so it is never written down."""
        await self.send(Event(conversation, "typing", {"on": True, "role": "bot"}))
        try:
            yield
        finally:
            await self.send(Event(conversation, "typing", {"on": False, "role": "bot"}))

    async def send(self, event: Event) -> None:
        """Sends what is worth nothing later, at once."""
        for sender in self._senders:
            await sender.send(event)

    async def run(self) -> None:
        """Runs for ever."""
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._woken.wait(), 2)
                await asyncio.sleep(GATHER_SECONDS)
            self._woken.clear()
            try:
                while await self._send_batch():
                    pass
            except Exception:
                logger.exception("the outbox could not be sent")
                await asyncio.sleep(1)

    async def _send_batch(self) -> bool:
        events = await anyio.to_thread.run_sync(_claim)
        for _, event in events:
            await self.send(event)
        if events:
            await anyio.to_thread.run_sync(_remove, [identity for identity, _ in events])
        return len(events) == BATCH


def _claim() -> list[tuple[int, Event]]:
    now = utc_now()
    with transaction() as session:
        rows = session.scalars(
            sa.select(OutboxEvent)
            .where(sa.or_(OutboxEvent.lease_until.is_(None), OutboxEvent.lease_until < now))
            .order_by(OutboxEvent.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.lease_until = now + LEASE
        return [
            (row.id, Event(row.conversation_id, row.event, row.payload, row.staff_id, row.handover_id)) for row in rows
        ]


def _remove(ids: list[int]) -> None:
    with transaction() as session:
        session.execute(
            sa.delete(OutboxEvent).where(OutboxEvent.id.in_(ids)).execution_options(synchronize_session=False)
        )
