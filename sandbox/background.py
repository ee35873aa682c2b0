"""Work that no request waits for: timers of the operator's clock, and events on their way to subscribers."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

import httpx
from starlette.concurrency import run_in_threadpool

from sandbox.faults import FaultSwitch
from sandbox.rules import TIMERS
from sandbox.store import Store, Transaction

log = logging.getLogger(__name__)

_TICK_SECONDS = 0.3
_DELIVERY_TIMEOUT_SECONDS = 3.0
_BATCH = 20
# A subscriber that stays away gets an event tried over about four minutes; then it is given up.
RETRY_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 4, 8, 16, 32, 64, 128))


def run_due_timers(store: Store) -> int:
    """Does everything that is due by the operator's clock, earliest first; returns how much that was."""
    done = 0
    while True:
        with store.writing() as transaction:
            if not _run_one(transaction):
                return done
            done += 1


def _run_one(transaction: Transaction) -> bool:
    timer = transaction.take_due_timer()
    if timer is None:
        return False
    due, action, argument = timer
    try:
        with transaction.attempt():
            TIMERS[action](transaction, due, argument)
    except Exception:
        # Tried again it would fail again, and keep everything behind it from happening.
        log.exception("the timer %s of %s is given up", action, argument)
    return True


async def run_timers(store: Store) -> None:
    """Runs due timers for ever."""
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        try:
            if await run_in_threadpool(_timer_is_due, store):
                await run_in_threadpool(run_due_timers, store)
        except Exception:
            log.exception("a timer failed")


def _timer_is_due(store: Store) -> bool:
    with store.reading() as transaction:
        due = transaction.next_timer()
        return due is not None and due <= transaction.now()


async def deliver_events(store: Store, faults: FaultSwitch) -> None:
    """Sends queued events for ever: each subscriber's in order, a refused one again after a growing delay."""
    async with httpx.AsyncClient(timeout=_DELIVERY_TIMEOUT_SECONDS, trust_env=False) as client:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            try:
                while rows := await run_in_threadpool(_due, store):
                    await asyncio.gather(*(_deliver(store, client, row, faults) for row in rows))
            except Exception:
                log.exception("delivering events failed")


def _due(store: Store) -> list[Any]:
    with store.reading() as transaction:
        return transaction.due_deliveries(_BATCH)


async def _deliver(store: Store, client: httpx.AsyncClient, row: Any, faults: FaultSwitch) -> None:
    arrived = False
    for _ in range(2 if faults.doubles_events(row.api) else 1):
        arrived = await _post(client, row.callback, json.loads(row.body))
    await run_in_threadpool(_settle, store, row.seq, row.attempts, arrived)


async def _post(client: httpx.AsyncClient, callback: str, body: object) -> bool:
    try:
        response = await client.post(callback, json=body)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return response.is_success


def _settle(store: Store, seq: int, attempts: int, arrived: bool) -> None:
    with store.writing() as transaction:
        if arrived or attempts >= len(RETRY_DELAYS):
            transaction.drop_delivery(seq)
        else:
            transaction.postpone_delivery(seq, RETRY_DELAYS[attempts])
