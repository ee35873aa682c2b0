"""What has happened at the desk: rows with the times that a test gives them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from common.database import transaction
from desk.handover_models import Handover, Survey
from desk.models import Conversation


def talk(at: datetime, lines: int = 2) -> str:
    """A conversation that began at a moment."""
    with transaction() as session:
        made = Conversation(id=uuid.uuid4().hex, channel="web", last_seq=lines, created_at=at, active_at=at)
        session.add(made)
        return made.id


def asked(
    at: datetime,
    staff: int | None = None,
    *,
    waited: float = 30,
    reply: float | None = 10,
    took: float | None = 300,
    state: str = "closed",
    **values: Any,
) -> int:
    """A wish for a person: after `waited` seconds an agent accepted, or (without one) it ended; seconds, all of them.

    `reply` and `took` are counted from when it was accepted; None is not yet.
    """
    accepted = at + timedelta(seconds=waited)
    values = {"context": {"reason": "asked"}, "group": "mobile"} | values
    if state == "closed":
        values.setdefault("result", "solved")
    conversation = values.pop("conversation_id", None) or talk(at)
    with transaction() as session:
        row = Handover(
            conversation_id=conversation,
            state=state,
            staff_id=staff,
            created_at=at,
            queued_at=at,
            accepted_at=accepted if staff else None,
            answered_at=accepted + timedelta(seconds=reply) if staff and reply is not None else None,
            closed_at=accepted + timedelta(seconds=took if staff else 0) if took is not None else None,
            **values,
        )
        session.add(row)
        session.flush()
        found: int = row.id
        return found


def scored(at: datetime, score: int | None, staff: int | None = None, handover: int | None = None) -> None:
    """A customer's score: of an agent in a handover, or of the bot."""
    conversation = talk(at)
    with transaction() as session:
        state = "asked" if score is None else "answered"
        session.add(
            Survey(
                conversation_id=conversation,
                handover_id=handover,
                staff_id=staff,
                seq=1,
                state=state,
                score=score,
                created_at=at,
                answered_at=None if score is None else at,
            )
        )
