"""The desk's tables of the people who work at it: accounts, sessions, presence, shifts, and what they did."""

import sqlalchemy as sa

from common.database import Base, UtcDateTime
from common.times import utc_now


class Staff(Base):
    """An account. `role` is agent, supervisor, editor or admin; `groups`: skill groups; `ceiling`: chats at once."""

    __tablename__ = "staff"

    id = sa.Column(sa.Integer, primary_key=True)
    login = sa.Column(sa.String(64), nullable=False, unique=True)
    name = sa.Column(sa.String(32), nullable=False)
    role = sa.Column(sa.String(12), nullable=False)
    groups = sa.Column(sa.JSON, nullable=False, default=list)
    ceiling = sa.Column(sa.Integer, nullable=False, default=5)
    password_hash = sa.Column(sa.String(255), nullable=False)
    active = sa.Column(sa.Boolean, nullable=False, default=True)
    failures = sa.Column(sa.Integer, nullable=False, default=0)
    locked_until = sa.Column(UtcDateTime)
    last_login_at = sa.Column(UtcDateTime)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)


class StaffSession(Base):
    """A login. `id` is the SHA-256 of the cookie, so that the table opens no session; `csrf` is shown to the page."""

    __tablename__ = "staff_sessions"

    id = sa.Column(sa.String(64), primary_key=True)
    staff_id = sa.Column(sa.ForeignKey("staff.id"), nullable=False, index=True)
    csrf = sa.Column(sa.String(64), nullable=False)
    seen_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    expires_at = sa.Column(UtcDateTime, nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)


class Presence(Base):
    """Whether an agent takes chats. state: ready, busy, break, offline.

    `seen_at` is when a page of theirs was last connected; `idle_since` when they last got or ended a chat; `missed`
    that they are busy because they let an offered chat pass.
    """

    __tablename__ = "presence"

    staff_id = sa.Column(sa.ForeignKey("staff.id"), primary_key=True)
    state = sa.Column(sa.String(8), nullable=False, default="offline")
    since = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    seen_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    idle_since = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    missed = sa.Column(sa.Boolean, nullable=False, default=False)


class Shift(Base):
    """When somebody should be there: minutes of a day (Shanghai), from 0 to 1440."""

    __tablename__ = "shifts"

    id = sa.Column(sa.Integer, primary_key=True)
    staff_id = sa.Column(sa.ForeignKey("staff.id"), nullable=False)
    date = sa.Column(sa.Date, nullable=False, index=True)
    start = sa.Column(sa.Integer, nullable=False)
    end = sa.Column(sa.Integer, nullable=False)


class Closure(Base):
    """A day that is not as its weekday is: closed, or open at other hours (minutes of the day in Shanghai)."""

    __tablename__ = "closures"

    date = sa.Column(sa.Date, primary_key=True)
    name = sa.Column(sa.String(32), nullable=False)
    start = sa.Column(sa.Integer)
    end = sa.Column(sa.Integer)


class Audit(Base):
    """Who did what that must be answered for; never what was seen."""

    __tablename__ = "audit"

    id = sa.Column(sa.Integer, primary_key=True)
    staff_id = sa.Column(sa.ForeignKey("staff.id"), index=True)
    action = sa.Column(sa.String(32), nullable=False, index=True)
    subject = sa.Column(sa.String(100), nullable=False, default="")
    detail = sa.Column(sa.Text, nullable=False, default="")
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now, index=True)
