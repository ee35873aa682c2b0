"""What somebody does with their own account: sign in, sign out, change the password. All functions block."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import transaction
from common.times import utc_now
from desk.errors import Refused
from desk.staff import lockout, passwords, sessions
from desk.staff.audit import note
from desk.staff.demo import may_work
from desk.staff_models import Staff


def by_login(session: Session, login: str) -> Staff | None:
    """The account of a login, locked until the transaction ends."""
    row: Staff | None = session.scalar(sa.select(Staff).where(Staff.login == login).with_for_update())
    return row


def sign_in(login: str, password: str, previous: str) -> str:
    """The cookie of a new login, in place of the `previous` one. Raises Refused, without telling whose login exists."""
    login = login.strip().lower()
    with transaction() as session:
        row = by_login(session, login)
        tries = lockout.begin(session, row, login)
    stored = row.password_hash if row is not None and may_work(row) else None
    right = passwords.check(password, stored)
    renewed = passwords.hashed(password) if right and stored and passwords.is_outdated(stored) else stored
    with transaction() as session:
        fresh = by_login(session, login) if right else None
        # It may have been closed, or have got another password, while this one was looked at.
        if fresh is not None and may_work(fresh) and fresh.password_hash == stored:
            fresh.password_hash = renewed
            cookie = sessions.create(session, fresh.id)
            sessions.end(session, sessions.id_of(previous))
            lockout.clear(fresh)
            fresh.last_login_at = utc_now()
            note(session, fresh.id, "login", fresh.login)
            return cookie
        lockout.failed(session, row, login, tries)
    raise Refused(401, "wrong_login")


def sign_out(staff: int, session_id: str) -> None:
    """Ends a login."""
    with transaction() as session:
        sessions.end(session, session_id)
        note(session, staff, "logout", session.get(Staff, staff).login)


def change_password(staff: int, session_id: str, old: str, new: str) -> None:
    """Changes one's own password, and ends one's other logins. Raises Refused; wrong old ones lock as at the login."""
    with transaction() as session:
        row = session.get(Staff, staff, with_for_update=True)
        tries = lockout.begin(session, row, row.login)
    if not passwords.check(old, row.password_hash):
        with transaction() as session:
            lockout.failed(session, row, row.login, tries)
        raise Refused(422, "old_password_wrong")
    with transaction() as session:
        lockout.clear(session.get(Staff, staff, with_for_update=True))
    if new == old:
        raise Refused(422, "password_unchanged")
    passwords.refuse_weak(new, row.login)
    stored = passwords.hashed(new)
    with transaction() as session:
        fresh = session.get(Staff, staff, with_for_update=True)
        if fresh.password_hash != row.password_hash:
            raise Refused(409, "moved_on")
        fresh.password_hash = stored
        sessions.end_all(session, staff, but=session_id)
        note(session, staff, "password_changed", fresh.login)
