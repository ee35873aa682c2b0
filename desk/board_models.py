"""What the quality board counts by: contacts, made from the conversations, and made again from them at any time."""

import sqlalchemy as sa

from common.database import Base, UtcDateTime


class Contact(Base):
    """A conversation on a day (YYYY-MM-DD, Shanghai's) on which its customer said something.

    `who` is the operator's customer if known, else the hash of a proven number, else the conversation itself (then
    `known` is false). `topic` is the intent that it was about. `lost`: the bot did not understand, or could not answer,
    what was said to it last. `handed`: a person was asked for, on that day or before and still there. `began` and
    `ended` are its first and last moment in Unix seconds.
    """

    __tablename__ = "contacts"

    id = sa.Column(sa.Integer, primary_key=True)
    day = sa.Column(sa.String(10), nullable=False)
    # Another room's table, made long before: no foreign key.
    conversation_id = sa.Column(sa.String(32), nullable=False, index=True)
    channel = sa.Column(sa.String(16), nullable=False)
    first_at = sa.Column(UtcDateTime, nullable=False)
    began = sa.Column(sa.Integer, nullable=False)
    ended = sa.Column(sa.Integer, nullable=False)
    who = sa.Column(sa.String(64), nullable=False)
    known = sa.Column(sa.Boolean, nullable=False)
    topic = sa.Column(sa.String(64))
    lost = sa.Column(sa.Boolean, nullable=False)
    handed = sa.Column(sa.Boolean, nullable=False)

    __table_args__ = (
        sa.UniqueConstraint("day", "conversation_id"),
        sa.Index("ix_contacts_counted", "day", "channel", "handed", "lost"),
        sa.Index("ix_contacts_who", "who", "topic", "began", "ended"),
    )


class ContactIntent(Base):
    """An intent that a customer had in a contact, by saying so or by pressing it."""

    __tablename__ = "contact_intents"

    contact_id = sa.Column(sa.ForeignKey("contacts.id"), primary_key=True)
    intent = sa.Column(sa.String(64), primary_key=True)
    day = sa.Column(sa.String(10), nullable=False)
    channel = sa.Column(sa.String(16), nullable=False)

    __table_args__ = (sa.Index("ix_contact_intents_counted", "day", "channel", "intent"),)


class CountedDay(Base):
    """How far the contacts of a day are counted; `kept`: what no longer changes of it is in `day_counts`."""

    __tablename__ = "counted_days"

    day = sa.Column(sa.String(10), primary_key=True)
    until = sa.Column(UtcDateTime, nullable=False)
    kept = sa.Column(sa.Boolean, nullable=False, default=False)


class DayCount(Base):
    """How many rows a figure of the quality board has on a day that is long over, by channel and key."""

    __tablename__ = "day_counts"

    day = sa.Column(sa.String(10), primary_key=True)
    figure = sa.Column(sa.String(16), primary_key=True)
    channel = sa.Column(sa.String(16), primary_key=True)
    key = sa.Column(sa.String(64), primary_key=True)
    count = sa.Column(sa.Integer, nullable=False)
