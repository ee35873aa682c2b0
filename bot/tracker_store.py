"""Where Rasa keeps conversations: its SQL store, without personal numbers, and without turns that failed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session

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


class MaskedMessage:
    """What a customer said, as it is stored: numbers and codes masked, ids left alone."""

    def __init__(self, event: UserUttered) -> None:
        self.type_name = event.type_name
        self._event = event

    def as_dict(self) -> dict[str, Any]:
        """The event's JSON."""
        data: dict[str, Any] = self._event.as_dict()
        # A copy: the running conversation goes on with what was really said.
        parse_data = data["parse_data"] = dict(data.get("parse_data") or {})
        data["text"] = masked(data.get("text"))
        for key in ("text", "raw_text", "entities"):
            if key in parse_data:
                parse_data[key] = masked(parse_data[key])
        return data


class TurnTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store on the product's own engine settings."""

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        # Rasa's constructor makes the tables and keeps trying while the database comes up; its engine would
        # neither use WAL nor wait for a lock.
        kwargs.pop("host", None)
        super().__init__(domain, host=settings().rasa_database_url, event_broker=event_broker, **kwargs)
        self.engine.dispose()
        self.engine: Any = make_engine(settings().rasa_database_url)
        self.sessionmaker.configure(bind=self.engine)

    @contextmanager
    def session_scope(self) -> Iterator[Session]:
        """A session. Rasa's own ends the whole process on a ValueError, which one unreadable row is enough for."""
        with self.sessionmaker() as session:
            yield session

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        try:
            return await super()._retrieve(sender_id, fetch_events_from_all_sessions)
        except Exception:
            # Rasa would go on with an empty conversation from memory.
            turn = current_turn.get()
            if turn is not None:
                turn.failed = True
            raise

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores the new events, unless the turn failed.

        A turn that says nothing is a failure too, and one that does not end in listening ran into Rasa's limit of
        actions: once saved, the conversation could never answer again.
        """
        turn = current_turn.get()
        # Rasa also saves when it makes a conversation, before the message is in it.
        if turn is None or tracker.latest_message.message_id != turn.message_id:
            if turn is None or not turn.failed:
                await super().save(tracker)
            return
        answer = answer_to(tracker.events, turn.message_id)
        if turn.failed or not answer or tracker.latest_action_name != ACTION_LISTEN_NAME:
            turn.failed = True
            return
        await super().save(tracker)
        turn.answer = answer

    def _additional_events(self, session: Session, tracker: DialogueStateTracker) -> "Iterator[Event | MaskedMessage]":
        for event in super()._additional_events(session, tracker):
            yield MaskedMessage(event) if isinstance(event, UserUttered) else event
