"""Logins in the database: the browser has the cookie, the table only its SHA-256. All functions block."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.settings import settings
from common.times import utc_now
from desk.staff_models import Staff, StaffSession

# A request need not write each time that somebody was there.
RENEW_SECONDS = 60


def create(session: Session, staff: int) -> str:
    """A new login; the cookie's value, which is nowhere stored. Forgets all logins that have ended."""
    now = utc_now()
    idle = timedelta(seconds=settings().staff_idle_seconds)
    _delete(session, sa.or_(StaffSession.expires_at < now, StaffSession.seen_at < now - idle))
    cookie = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=id_of(cookie),
            staff_id=staff,
            csrf=secrets.token_urlsafe(32),
            seen_at=now,
            expires_at=now + timedelta(seconds=settings().staff_session_seconds),
            created_at=now,
        )
    )
    return cookie


def id_of(cookie: str) -> str:
    """What the table knows a cookie by."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def find(session: Session, id_: str) -> tuple[Staff, StaffSession] | None:
    """The person and the login behind an id; None when it has ended. Only reads."""
    row = session.get(StaffSession, id_)
    if row is None or ends_at(row) <= utc_now():
        return None
    return session.get(Staff, row.staff_id), row


def is_due(row: StaffSession) -> bool:
    """Whether it is time to write down that a login is used."""
    return bool(utc_now() - row.seen_at >= timedelta(seconds=min(RENEW_SECONDS, settings().staff_idle_seconds / 4)))


def renew(session: Session, id_: str) -> datetime | None:
    """Counts a login as used now; when it ends then, None when it has been ended meanwhile."""
    # Not through the row: it may be deleted at this moment.
    session.execute(sa.update(StaffSession).where(StaffSession.id == id_).values(seen_at=utc_now()))
    row = session.get(StaffSession, id_)
    return None if row is None else ends_at(row)


def ends_at(row: StaffSession) -> datetime:
    """When a login ends if nobody uses it any more."""
    idle: datetime = row.seen_at + timedelta(seconds=settings().staff_idle_seconds)
    return min(idle, row.expires_at)


def end(session: Session, id_: str) -> None:
    """Ends one login, if it is there."""
    _delete(session, StaffSession.id == id_)


def end_all(session: Session, staff: int, but: str = "") -> None:
    """Ends the logins of a person, but for one."""
    _delete(session, sa.and_(StaffSession.staff_id == staff, StaffSession.id != but))


def _delete(session: Session, which: object) -> None:
    session.execute(sa.delete(StaffSession).where(which).execution_options(synchronize_session=False))
