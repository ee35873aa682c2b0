"""What a customer typed that must not be kept once it is answered: passwords and one-time codes."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.models import Message, OutboxEvent, Turn

HIDDEN = "••••••"


def hide(session: Session, turn: str) -> None:
    """Takes a turn's text out of transcript, turn and what is not sent yet."""
    typed = session.scalar(sa.select(Message).where(Message.turn_id == turn, Message.role == "customer"))
    typed.text = HIDDEN
    # Not as objects: another process may just have sent and removed them.
    unsent = sa.select(OutboxEvent.id, OutboxEvent.payload).where(
        OutboxEvent.conversation_id == typed.conversation_id, OutboxEvent.event == "message"
    )
    hidden = [
        sa.update(OutboxEvent).where(OutboxEvent.id == event).values(payload=payload | {"text": HIDDEN})
        for event, payload in session.execute(unsent)
        if payload["seq"] == typed.seq
    ]
    for change in [sa.update(Turn).where(Turn.id == turn).values(text=HIDDEN), *hidden]:
        session.execute(change.execution_options(synchronize_session=False))
