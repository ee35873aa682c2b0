"""Wrong passwords in a row lock a login for a while, also one that nobody has: the answer must not tell.

A try is counted before its password is looked at, so that many at one moment do not outrun the lock. All functions
block.
"""

import hmac
import math
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.identity import derived_key
from common.settings import settings
from common.times import utc_now
from desk.errors import Refused
from desk.staff.audit import note
from desk.staff_models import Audit, Staff


def begin(session: Session, row: Staff | None, login: str) -> int:
    """Counts a try, and returns which one in a row it is. Raises Refused while the login is locked.

    `row` is None for a login that nobody has.
    """
    now = utc_now()
    tries, locked_until = _unknown(session, login)  # always: who measures must not see the difference either
    if row is not None:
        tries, locked_until = row.failures, row.locked_until
    if locked_until is not None:
        if locked_until > now:
            raise Refused(429, "locked", minutes=math.ceil((locked_until - now).total_seconds() / 60))
        tries = 0
    tries += 1
    if row is not None:
        row.failures = tries
        row.locked_until = now + _lock() if tries >= settings().staff_lock_tries else None
    return int(tries)


def failed(session: Session, row: Staff | None, login: str, tries: int) -> None:
    """Notes that a try was wrong, and that it was the one which locks."""
    staff, subject = (None, _subject(login)) if row is None else (row.id, row.login)
    note(session, staff, "login_failed", subject)
    if tries == settings().staff_lock_tries:
        note(session, staff, "locked", subject)


def clear(row: Staff) -> None:
    """Forgets the wrong tries, and unlocks."""
    row.failures, row.locked_until = 0, None


def is_locked(row: Staff) -> bool:
    """Whether an account is locked now."""
    return row.locked_until is not None and row.locked_until > utc_now()


def _unknown(session: Session, login: str) -> tuple[int, datetime | None]:
    """Tries and lock of a login that nobody has, from what was noted: they must outlive a restart as others do."""
    subject = _subject(login)
    lock = session.execute(
        sa.select(Audit.id, Audit.at)
        .where(Audit.action == "locked", Audit.subject == subject)
        .order_by(Audit.id.desc())
    ).first()
    tries = session.scalar(
        sa.select(sa.func.count())
        .select_from(Audit)
        .where(Audit.action == "login_failed", Audit.subject == subject, Audit.id > (lock.id if lock else 0))
    )
    return tries, lock.at + _lock() if lock and not tries else None


def _lock() -> timedelta:
    return timedelta(seconds=settings().staff_lock_seconds)


def _subject(login: str) -> str:
    # People type passwords and numbers into the wrong field.
    return "?" + hmac.new(derived_key("staff-login"), login.encode(), "sha256").hexdigest()[:24]
