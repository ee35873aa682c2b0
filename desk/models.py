"""The desk's tables of conversations. Whatever a customer is told is a row here before it is sent."""

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from common.database import Base, UtcDateTime
from common.times import utc_now


class Conversation(Base):
    """One customer's talk over one channel. `mode` says who answers: bot, queued (for a person) or human.

    `active_at` is when the customer last said something; `staff_id` the agent who answers, by `handover_id`, in mode
    human only (no foreign keys, here and below: SQLite would have to copy its largest tables to get one).
    """

    __tablename__ = "conversations"

    id = sa.Column(sa.String(32), primary_key=True)
    channel = sa.Column(sa.String(16), nullable=False)
    mode = sa.Column(sa.String(8), nullable=False, default="bot")
    last_seq = sa.Column(sa.Integer, nullable=False, default=0)
    staff_id = sa.Column(sa.Integer)
    handover_id = sa.Column(sa.Integer)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    active_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)


# The intents of turns to which the bot says that it has not understood, or that it does not know.
REJECTED_INTENTS = frozenset({"nlu_fallback", "out_of_scope_noise", "out_of_scope_telecom"})


class Turn(Base):
    """One message of a customer and what answers it; or an event: no text, a payload, and what the bot says to it.

    `lease_until` keeps two processes from asking the bot both.
    state: pending (the bot has not answered yet), done, failed (given up; the customer was told). `intent` is what the
    bot took the text for, and how surely; none for events and payloads.
    """

    __tablename__ = "turns"

    id = sa.Column(sa.String(32), primary_key=True)
    conversation_id = sa.Column(sa.ForeignKey("conversations.id"), nullable=False, index=True)
    text = sa.Column(sa.Text, nullable=False)
    payload = sa.Column(sa.Text)
    state = sa.Column(sa.String(8), nullable=False, default="pending")
    intent = sa.Column(sa.String(64))
    confidence = sa.Column(sa.Float)
    attempts = sa.Column(sa.Integer, nullable=False, default=0)
    lease_until = sa.Column(UtcDateTime)
    next_try_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now, index=True)

    __table_args__ = (sa.Index("ix_turns_due", "state", "next_try_at"),)


class Message(Base):
    """One line of the transcript; `seq` counts from 1 in its conversation."""

    __tablename__ = "messages"

    id = sa.Column(sa.Integer, primary_key=True)
    conversation_id = sa.Column(sa.ForeignKey("conversations.id"), nullable=False)
    seq = sa.Column(sa.Integer, nullable=False)
    role = sa.Column(sa.String(8), nullable=False)
    text = sa.Column(sa.Text, nullable=False)
    card = sa.Column(sa.JSON)
    client_id = sa.Column(sa.String(100))
    turn_id = sa.Column(sa.ForeignKey("turns.id"), index=True)
    staff_id = sa.Column(sa.Integer)
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    choices = relationship("Choice", order_by="Choice.position", lazy="selectin")

    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "client_id", name="uq_messages_client_id"),
    )


class Choice(Base):
    """A button. Its id tells nothing; what it means is looked up here."""

    __tablename__ = "choices"

    id = sa.Column(sa.String(32), primary_key=True)
    message_id = sa.Column(sa.ForeignKey("messages.id"), nullable=False, index=True)
    position = sa.Column(sa.Integer, nullable=False)
    title = sa.Column(sa.Text, nullable=False)
    payload = sa.Column(sa.Text, nullable=False)


class OutboxEvent(Base):
    """What a channel still has to send: written with the change it tells of, removed when sent.

    `staff_id` is the agent who sees it too, in their chat `handover_id`.
    """

    __tablename__ = "outbox"

    id = sa.Column(sa.Integer, primary_key=True)
    conversation_id = sa.Column(sa.ForeignKey("conversations.id"), nullable=False)
    event = sa.Column(sa.String(16), nullable=False)
    payload = sa.Column(sa.JSON)
    staff_id = sa.Column(sa.Integer)
    handover_id = sa.Column(sa.Integer)
    lease_until = sa.Column(UtcDateTime)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)


class Picture(Base):
    """A picture that a customer sent, kept for a fault or a complaint. The bytes lie in `pictures_dir`."""

    __tablename__ = "pictures"

    id = sa.Column(sa.String(32), primary_key=True)
    conversation_id = sa.Column(sa.ForeignKey("conversations.id"), nullable=False, index=True)
    media_type = sa.Column(sa.String(32), nullable=False)
    size = sa.Column(sa.Integer, nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
