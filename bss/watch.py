"""What conversations wait for at the operator's, each change told once.

`desk/news.py` claims a row, looks, and writes what it tells and `settle` in one transaction. Events only bring the next
look forward: one that is lost costs time, one that comes twice a look.
"""

import random
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bss import models
from bss.watch_states import EXPIRED, TOPICS, has_expired, is_final, pause, worth_telling
from common.database import transaction
from common.times import utc_now

# Characters of a state.
SEEN = 64
# Outlasts a look, so that only a dead holder loses its lease.
LEASE = timedelta(seconds=15)
# A turn that read the state before this watch told of the next one ends within that time.
JUST_TOLD = timedelta(seconds=10)


@dataclass(frozen=True)
class Watch:
    """A row that this process looks for."""

    id: int
    lease: str
    conversation: str
    topic: str
    identity: str


def watch(conversation: str, topic: str, identity: str, *, seen: str | None = None) -> None:
    """Has a conversation told when an object changes; what is watched already stays so.

    `topic` is ticket, order, appointment, topup, line_test (the bot goes on by `/line_tested`), or outage, whose
    identity is `<area>/<id>`. `seen` is the state that the customer knows, by `bss.sights.state_of`; without it only
    that the object was asked for. Give it also after a change that the customer made, or it is told of as news. What
    `bss.outbox` created for a conversation is watched without this.
    """
    with transaction() as session:
        add(session, conversation, topic, identity, seen)


def add(session: Session, conversation: str, topic: str, identity: str, seen: str | None = None) -> None:
    """`watch` inside a transaction of the caller's."""
    kind, now = TOPICS[topic], utc_now()
    row = session.scalar(
        sa.select(models.Watch)
        .where(
            models.Watch.conversation_id == conversation,
            models.Watch.topic == topic,
            models.Watch.identity == identity,
        )
        .with_for_update()
    )
    if row is None:
        # The same at the same moment: the other one has been written down.
        with suppress(IntegrityError), session.begin_nested():
            session.add(
                models.Watch(
                    conversation_id=conversation,
                    topic=topic,
                    identity=identity,
                    seen=seen,
                    next_look_at=now + timedelta(seconds=kind.shortest),
                    created_at=now,
                )
            )
    elif seen is not None and (row.told_at is None or now - row.told_at > JUST_TOLD):
        # A look that is under way may have seen what was before.
        row.lease, row.next_look_at = None, now + timedelta(seconds=kind.settling)
        row.seen, row.created_at = seen, now


def nudge(topic: str, identity: str) -> None:
    """Has all who watch an object look at it soon: the operator says that it changed."""
    soon = utc_now() + timedelta(seconds=TOPICS[topic].settling)
    with transaction() as session:
        session.execute(
            sa.update(models.Watch)
            .where(models.Watch.topic == topic, models.Watch.identity == identity, models.Watch.next_look_at > soon)
            .values(next_look_at=soon)
            .execution_options(synchronize_session=False)
        )


def claim() -> Watch | None:
    """Takes the watch that has been due longest; None when none is due."""
    now = utc_now()
    with transaction() as session:
        row = session.scalar(
            sa.select(models.Watch)
            .where(models.Watch.next_look_at <= now)
            .order_by(models.Watch.next_look_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        # A nudge meanwhile brings another look, which takes the lease over: this one may have come too early.
        row.lease, row.next_look_at = uuid.uuid4().hex, now + LEASE
        row.looks += 1
        return Watch(row.id, row.lease, row.conversation_id, row.topic, row.identity)


def settle(session: Session, watched: Watch, state: str | None) -> str | None:
    """Notes what a look has seen, None for no answer; returns the state when the customer must be told of it.

    Told when the caller's session commits. Nobody is told by a look whose lease is lost.
    """
    row = _held(session, watched)
    if row is None:
        return None
    now = utc_now()
    age = now - row.created_at
    state = state and state[:SEEN]
    if has_expired(row.topic, age) and (state is None or not is_final(row.topic, state)):
        state = EXPIRED
    if state is None:
        row.failures += 1
        _look_later(row, now, age)
        return None
    told = worth_telling(row.topic, row.seen, state)
    if is_final(row.topic, state):
        session.delete(row)
    else:
        row.seen, row.failures = state, 0
        row.told_at = now if told else row.told_at
        _look_later(row, now, age)
    return state if told else None


def drop(session: Session, watched: Watch) -> None:
    """Ends a watch that nobody would hear of."""
    row = _held(session, watched)
    if row is not None:
        session.delete(row)


def _held(session: Session, watched: Watch) -> models.Watch | None:
    held: models.Watch | None = session.scalar(
        sa.select(models.Watch)
        .where(models.Watch.id == watched.id, models.Watch.lease == watched.lease)
        .with_for_update()
    )
    return held


def _look_later(row: models.Watch, now: datetime, age: timedelta) -> None:
    seconds = pause(row.topic, age, row.failures, random.random())  # noqa: S311  (spreads looks, keeps no secret)
    row.lease, row.next_look_at = None, now + timedelta(seconds=seconds)
