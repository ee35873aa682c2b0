"""What the product asked the operator to create, what it waits for, and how the tickets it filed got on."""

import sqlalchemy as sa

from common.database import Base, UtcDateTime
from common.times import utc_now


class OperatorRequest(Base):
    """One creation; see `bss.outbox_states` for `state`.

    `key` names the doing (a journey's run and what it does): the operator gets it as Idempotency-Key. `payload` holds
    the customer's words and is emptied when the request is over. `lease` names who is sending it now.
    """

    __tablename__ = "operator_requests"

    id = sa.Column(sa.Integer, primary_key=True)
    key = sa.Column(sa.String(200), nullable=False, unique=True)
    receipt = sa.Column(sa.String(20), nullable=False, unique=True)
    kind = sa.Column(sa.String(16), nullable=False)
    # Which conversation to tell; another room's table, so no foreign key.
    conversation_id = sa.Column(sa.String(32), index=True)
    told = sa.Column(sa.Boolean, nullable=False, default=False)
    payload = sa.Column(sa.JSON(none_as_null=True))
    state = sa.Column(sa.String(10), nullable=False)
    attempts = sa.Column(sa.Integer, nullable=False, default=0)
    operator_number = sa.Column(sa.String(64))
    code = sa.Column(sa.String(64))
    reason = sa.Column(sa.Text)
    lease = sa.Column(sa.String(32))
    lease_until = sa.Column(UtcDateTime)
    next_try_at = sa.Column(UtcDateTime, nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    changed_at = sa.Column(UtcDateTime, nullable=False, default=utc_now, onupdate=utc_now)

    __table_args__ = (sa.Index("ix_operator_requests_due", "state", "next_try_at"),)


class Watch(Base):
    """A conversation's interest in something of the operator's; see `bss.watch_states` for `topic` and `seen`.

    `seen` is the state that the customer was told last. `lease` names who is looking now, until `next_look_at`; `looks`
    counts, `failures` counts those in a row that got no answer. The row goes when nothing more will be told.
    """

    __tablename__ = "watches"

    id = sa.Column(sa.Integer, primary_key=True)
    # Another room's table, so no foreign key.
    conversation_id = sa.Column(sa.String(32), nullable=False)
    topic = sa.Column(sa.String(16), nullable=False)
    identity = sa.Column(sa.String(100), nullable=False)
    seen = sa.Column(sa.String(64))
    looks = sa.Column(sa.Integer, nullable=False, default=0)
    failures = sa.Column(sa.Integer, nullable=False, default=0)
    lease = sa.Column(sa.String(32))
    next_look_at = sa.Column(UtcDateTime, nullable=False, index=True)
    told_at = sa.Column(UtcDateTime)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)

    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "topic", "identity"),
        sa.Index("ix_watches_object", "topic", "identity"),
    )


class FiledTicket(Base):
    """A ticket that the product filed, without the customer's words; `bss.filed` follows it to its end.

    `subject` is the type of a complaint (`content/complaints.yml`), `previous` the ticket that this one repeats;
    `customer` and `line` are the operator's ids. What the operator tells: `number`, `state`, `expected_at` (promised),
    `resolved_at`, and the root cause. It is looked at again at `next_look_at`, null before it exists and after its end.
    """

    __tablename__ = "filed_tickets"

    id = sa.Column(sa.Integer, primary_key=True)
    receipt = sa.Column(sa.String(20), nullable=False, unique=True)
    # Another room's table, so no foreign key.
    conversation_id = sa.Column(sa.String(32), index=True)
    kind = sa.Column(sa.String(16), nullable=False)
    subject = sa.Column(sa.String(32))
    customer = sa.Column(sa.String(64))
    line = sa.Column(sa.String(64))
    previous = sa.Column(sa.String(64))
    number = sa.Column(sa.String(64))
    state = sa.Column(sa.String(64))
    expected_at = sa.Column(UtcDateTime, index=True)
    resolved_at = sa.Column(UtcDateTime)
    cause = sa.Column(sa.String(32))
    next_look_at = sa.Column(UtcDateTime, index=True)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now, index=True)

    __table_args__ = (sa.Index("ix_filed_tickets_line", "line", "kind", "created_at"),)
