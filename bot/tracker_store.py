"""Where Rasa keeps conversations: its SQL store, without personal numbers, and without turns that failed.

Conversations that go on stay in memory; one number a conversation says whether that is still how it stands.
"""

import json
import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session

from bot.checkpoint import LiveTracker, event_of, shortened
from bot.turn import answer_to, current_turn
from common.database import make_engine
from common.masking import mask_text
from common.settings import settings


def masked(value: Any) -> Any:
    """A copy of decoded JSON with every text masked."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        return [masked(entry) for entry in value]
    if isinstance(value, dict):
        return {key: masked(entry) for key, entry in value.items()}
    return value


def masked_message(event: UserUttered) -> dict[str, Any]:
    """What a customer said as it is stored: numbers and codes masked, ids left alone."""
    data: dict[str, Any] = event.as_dict()
    # A copy: the running turn goes on with what was really said.
    parse_data = data["parse_data"] = dict(data.get("parse_data") or {})
    data["text"] = masked(data.get("text"))
    for key in ("text", "raw_text", "entities"):
        if key in parse_data:
            parse_data[key] = masked(parse_data[key])
    return data


logger = logging.getLogger(__name__)

# Conversations in memory, some 50 KB each.
LIVE = 1000
READING = {"postgresql_readonly": True}
EVENTS: sa.Table = SQLTrackerStore.SQLEvent.__table__
# `version`: how often a conversation was saved. Events up to the row `through` are in the checkpoint, if there is one.
CONVERSATIONS = sa.Table(
    "conversations",
    sa.MetaData(),
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("through", sa.Integer, nullable=False, server_default="0"),
    sa.Column("checkpoint", sa.Text),
)

OF = sa.bindparam("conversation")
VERSION = sa.select(CONVERSATIONS.c.version).where(CONVERSATIONS.c.sender_id == OF)
KNOWN = sa.select(CONVERSATIONS).where(CONVERSATIONS.c.sender_id == OF)
SINCE = (
    sa.select(EVENTS.c.data)
    .where(EVENTS.c.sender_id == OF, EVENTS.c.id > sa.bindparam("through"))
    .order_by(EVENTS.c.id)
)
# The newest row but so many.
LAST_BUT = (
    sa.select(EVENTS.c.id)
    .where(EVENTS.c.sender_id == OF)
    .order_by(EVENTS.c.id.desc())
    .limit(1)
    .offset(sa.bindparam("kept"))
)
ADD = sa.insert(EVENTS)
ADVANCE = sa.update(CONVERSATIONS).where(
    CONVERSATIONS.c.sender_id == OF, CONVERSATIONS.c.version == sa.bindparam("old")
)


class Overtaken(Exception):
    """Another server has gone on with the conversation meanwhile."""


class TurnTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store on the product's own engine settings."""

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        # Rasa's constructor makes its table and keeps trying while the database comes up; its engine would
        # neither use WAL nor wait for a lock.
        kwargs.pop("host", None)
        super().__init__(domain, host=settings().rasa_database_url, event_broker=event_broker, **kwargs)
        self.engine.dispose()
        self.engine: Any = make_engine(settings().rasa_database_url)
        self.sessionmaker.configure(bind=self.engine)
        # Several servers may start at once: one of them makes the table.
        with suppress(sa.exc.OperationalError, sa.exc.ProgrammingError, sa.exc.IntegrityError):
            CONVERSATIONS.create(self.engine, checkfirst=True)
        self._live: OrderedDict[str, LiveTracker] = OrderedDict()

    @contextmanager
    def session_scope(self) -> Iterator[Session]:
        """A session. Rasa's own ends the whole process on a ValueError, which one unreadable row is enough for."""
        with self.sessionmaker() as session:
            yield session

    async def retrieve(self, sender_id: str) -> LiveTracker | None:
        """The conversation's last turns; None for one that is not known. Raises what the database raises."""
        with _failing():
            tracker = self._recalled(sender_id)
        if turn := current_turn.get():
            turn.past = tracker.past if tracker else ()
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The whole conversation, which takes the longer the longer it is. Raises what the database raises."""
        with _failing():
            return await super().retrieve_full_tracker(conversation_id)

    def _recalled(self, sender_id: str) -> LiveTracker | None:
        live = self._live.pop(sender_id, None)
        with self.engine.connect().execution_options(**READING) as connection:
            version = connection.execute(VERSION, {"conversation": sender_id}).scalar()
            # A turn that failed has left events in the tracker that were never stored.
            if live is not None and (live.version, live.stored) == (version, len(live.events)):
                self._keep(live)
                return live
            return self._read(connection, sender_id)

    def _read(self, connection: Any, sender_id: str) -> LiveTracker | None:
        one = {"conversation": sender_id}
        # In one statement: a server that saves meanwhile is found out when this turn is saved.
        known = connection.execute(KNOWN, one).first()
        version, through, kept = (known.version, known.through, known.checkpoint) if known else (0, 0, None)
        checkpoint = json.loads(kept or "{}")
        head = checkpoint.get("events", [])
        rows = [json.loads(row) for row in connection.execute(SINCE, {**one, "through": through}).scalars()]
        if not rows and not head:
            return None
        tracker = LiveTracker(sender_id, self.domain.slots)
        for data in (*head, *rows):
            tracker.update(event_of(data))
        tracker.version, tracker.head, tracker.stored = version, len(head), len(head) + len(rows)
        tracker.past = tuple(checkpoint.get("past", ()))
        self._keep(tracker)
        return tracker

    def _keep(self, tracker: LiveTracker) -> None:
        self._live[tracker.sender_id] = tracker
        if len(self._live) > LIVE:
            self._live.popitem(last=False)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores the new events, unless the turn failed.

        A turn that says nothing is a failure too, and one that does not end in listening ran into Rasa's limit of
        actions: once saved, the conversation could never answer again. Neither is a turn saved that began before
        another server saved one.
        """
        # Rasa makes the trackers of new conversations by itself.
        tracker = tracker if isinstance(tracker, LiveTracker) else _new(tracker)
        turn = current_turn.get()
        if turn is None:
            self._store(tracker)
            return
        # Rasa also saves when it makes a conversation, before the message is in it.
        begins = tracker.latest_message.message_id != turn.message_id
        answer = answer_to(tracker.events, turn.message_id)
        if not begins and (not answer or tracker.latest_action_name != ACTION_LISTEN_NAME):
            turn.failed = True
        if turn.failed:
            return
        try:
            self._store(tracker)
        except Overtaken:
            logger.warning("a conversation was continued elsewhere during a turn, which is to be tried again")
            turn.failed = True
            return
        if not begins:
            turn.answer = answer

    def _store(self, tracker: LiveTracker) -> None:
        """Writes the new events and keeps the tracker as it would be read. Raises Overtaken."""
        self._live.pop(tracker.sender_id, None)
        rows = []
        for at in range(tracker.stored, len(tracker.events)):
            event = tracker.events[at]
            if isinstance(event, UserUttered):
                event = _mask(tracker, at, event)
            rows.append(_row(tracker.sender_id, event))
        if not rows:
            return
        tracker.stored = len(tracker.events)
        short = shortened(tracker)
        with self.engine.begin() as connection:
            connection.execute(ADD, rows)
            values: dict[str, Any] = {"version": tracker.version + 1}
            if short is not None:
                values |= _checkpoint(connection, short)
            _advance(connection, tracker, values)
        kept = short or tracker
        kept.version = tracker.version + 1
        self._keep(kept)


@contextmanager
def _failing() -> Iterator[None]:
    """Rasa would go on with an empty conversation from memory: the turn is to know that none could be read."""
    try:
        yield
    except Exception:
        if turn := current_turn.get():
            turn.failed = True
        raise


def _new(tracker: DialogueStateTracker) -> LiveTracker:
    """A tracker of which nothing is stored, as one that knows that; both are one conversation."""
    made = LiveTracker(tracker.sender_id, None)
    made.__dict__.update(tracker.__dict__)
    return made


def _mask(tracker: LiveTracker, at: int, event: UserUttered) -> Event:
    """Puts what is stored of a customer's message in its place: the next turn must not depend on where it is read."""
    stored = event_of(masked_message(event))
    tracker.events[at] = stored
    if tracker.latest_message is event:
        tracker.latest_message = stored
    return stored


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _checkpoint(connection: Any, short: LiveTracker) -> dict[str, Any]:
    """What a shortened conversation is read from: its head, its past, and the row after which the rest is."""
    kept = {"conversation": short.sender_id, "kept": short.stored - short.head}
    through = connection.execute(LAST_BUT, kept).scalar()
    events = [short.events[at].as_dict() for at in range(short.head)]
    return {"through": through or 0, "checkpoint": json.dumps({"events": events, "past": short.past})}


def _advance(connection: Any, tracker: LiveTracker, values: dict[str, Any]) -> None:
    mine = {"conversation": tracker.sender_id, "old": tracker.version}
    if connection.execute(ADVANCE, {**mine, **values}).rowcount:
        return
    if tracker.version:
        raise Overtaken
    try:
        connection.execute(sa.insert(CONVERSATIONS).values(sender_id=tracker.sender_id, **values))
    except sa.exc.IntegrityError:
        raise Overtaken from None
