"""The desk's tables of handovers: who waits, who serves, what came of it."""

import sqlalchemy as sa

import desk.models
import desk.staff_models  # noqa: F401  the tables below refer to both
from common.database import Base, UtcDateTime
from common.times import utc_now


class Handover(Base):
    """A wish for a person and its whole way; see `desk.handover_states` for `state`.

    `context` is what the bot knew. `number` is the verified number, sealed; `number_hash` finds it again (without one,
    a number that is bound in WeChat), `number_mask` shows it; `customer` is the operator's id. `level` is 0 to 7.
    `created_at` is when they first asked, `queued_at` since when they wait, anew when the chat was passed on or its
    agent lost. `passed` are the agents who let it pass (id → when); `wanted` the one it was transferred to. `read_seq`
    is the last line that its agent has seen.
    """

    __tablename__ = "handovers"

    id = sa.Column(sa.Integer, primary_key=True)
    conversation_id = sa.Column(sa.ForeignKey("conversations.id"), nullable=False, index=True)
    state = sa.Column(sa.String(12), nullable=False, default="queued", index=True)
    context = sa.Column(sa.JSON, nullable=False)
    group = sa.Column(sa.String(16), nullable=False)
    urgent = sa.Column(sa.Boolean, nullable=False, default=False)
    number = sa.Column(sa.Text)
    number_hash = sa.Column(sa.String(64), index=True)
    number_mask = sa.Column(sa.String(32))
    customer = sa.Column(sa.String(64), index=True)
    name_mask = sa.Column(sa.String(32))
    level = sa.Column(sa.Integer, nullable=False, default=0)
    level_words = sa.Column(sa.String(16))
    elderly = sa.Column(sa.Boolean, nullable=False, default=False)
    repeats = sa.Column(sa.Integer, nullable=False, default=0)
    enriched = sa.Column(sa.Boolean, nullable=False, default=False)
    staff_id = sa.Column(sa.ForeignKey("staff.id"), index=True)
    wanted = sa.Column(sa.ForeignKey("staff.id"))
    passed = sa.Column(sa.JSON, nullable=False, default=dict)
    returned = sa.Column(sa.Boolean, nullable=False, default=False)
    read_seq = sa.Column(sa.Integer, nullable=False, default=0)
    opened_seq = sa.Column(sa.Integer, nullable=False, default=0)
    queued_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    asked_at = sa.Column(UtcDateTime)
    offered_until = sa.Column(UtcDateTime)
    accepted_at = sa.Column(UtcDateTime)
    answered_at = sa.Column(UtcDateTime)
    closed_at = sa.Column(UtcDateTime, index=True)
    reason = sa.Column(sa.String(32))
    result = sa.Column(sa.String(16))
    note = sa.Column(sa.Text)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)


class HandoverNote(Base):
    """What staff see of a handover and customers never: whispers, notes of transfers, and what happened to it."""

    __tablename__ = "handover_notes"

    id = sa.Column(sa.Integer, primary_key=True)
    handover_id = sa.Column(sa.ForeignKey("handovers.id"), nullable=False, index=True)
    kind = sa.Column(sa.String(12), nullable=False)
    staff_id = sa.Column(sa.ForeignKey("staff.id"))
    text = sa.Column(sa.Text, nullable=False)
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now)


class Proposal(Base):
    """What an agent put to a customer and only the customer's own press orders. state: see `desk.proposal_states`.

    `order` is a `bss.orders.NewOrder` as a dictionary; `receipt` ours once it is submitted. `detail` has the `turn` in
    which it was answered, and of an offer what its outcome is recorded with.
    """

    __tablename__ = "proposals"

    id = sa.Column(sa.String(32), primary_key=True)
    handover_id = sa.Column(sa.ForeignKey("handovers.id"), nullable=False, index=True)
    staff_id = sa.Column(sa.ForeignKey("staff.id"), nullable=False)
    offer = sa.Column(sa.String(64))
    title = sa.Column(sa.Text, nullable=False)
    terms = sa.Column(sa.Text, nullable=False)
    order = sa.Column(sa.JSON, nullable=False)
    detail = sa.Column(sa.JSON, nullable=False, default=dict)
    state = sa.Column(sa.String(12), nullable=False, default="asked", index=True)
    receipt = sa.Column(sa.String(20))
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    changed_at = sa.Column(UtcDateTime, nullable=False, default=utc_now, onupdate=utc_now)


class Survey(Base):
    """A question for satisfaction, asked once: after a person (`handover_id`) or after the bot alone.

    state: asked, answered. `score` is 1 to 5.
    """

    __tablename__ = "surveys"

    id = sa.Column(sa.Integer, primary_key=True)
    conversation_id = sa.Column(sa.ForeignKey("conversations.id"), nullable=False, index=True)
    handover_id = sa.Column(sa.ForeignKey("handovers.id"), index=True)
    staff_id = sa.Column(sa.ForeignKey("staff.id"))
    seq = sa.Column(sa.Integer, nullable=False)
    state = sa.Column(sa.String(10), nullable=False, default="asked")
    score = sa.Column(sa.Integer)
    reason = sa.Column(sa.String(32))
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    answered_at = sa.Column(UtcDateTime, index=True)


class QualityScore(Base):
    """What a supervisor gave a finished conversation (质检), by the form of its day; a second replaces it."""

    __tablename__ = "quality_scores"

    id = sa.Column(sa.Integer, primary_key=True)
    handover_id = sa.Column(sa.ForeignKey("handovers.id"), nullable=False, unique=True)
    scorer_id = sa.Column(sa.ForeignKey("staff.id"), nullable=False)
    form = sa.Column(sa.String(16), nullable=False)
    answers = sa.Column(sa.JSON, nullable=False)
    total = sa.Column(sa.Integer, nullable=False)
    fatal = sa.Column(sa.Boolean, nullable=False, default=False)
    note = sa.Column(sa.Text)
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
