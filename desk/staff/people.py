"""Managing accounts: administrators everybody's, supervisors some things of agents'. All functions block."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.database import reading, transaction
from desk.errors import Refused
from desk.staff import lockout, passwords, sessions
from desk.staff.access import Me
from desk.staff.audit import note
from desk.staff.demo import PREFIX, may_work
from desk.staff_models import Presence, Staff

SUPERVISORS_CHANGE = {"name", "groups", "ceiling"}

Row = dict[str, Any]


def listed() -> list[Row]:
    """Everybody, by login."""
    with reading() as session:
        rows = session.execute(
            sa.select(Staff, Presence.state).outerjoin(Presence, Presence.staff_id == Staff.id).order_by(Staff.login)
        ).all()
        return [_row(row, state) for row, state in rows]


def add(by: int | None, login: str, password: str, **values: Any) -> Row:
    """A new account; `values` are the fields of `Staff`. Raises Refused for a login in use or a weak password."""
    if login.startswith(PREFIX):
        raise Refused(422, "login_reserved")
    passwords.refuse_weak(password, login)
    stored = passwords.hashed(password)
    try:
        with transaction() as session:
            row = Staff(login=login, password_hash=stored, active=True, failures=0, **values)
            session.add(row)
            session.flush()
            note(session, by, "person_added", login, f"role: {row.role}")
            return _row(row, None)
    except IntegrityError as error:
        raise Refused(409, "login_taken") from error


def change(me: Me, person: int, values: dict[str, Any]) -> Row:
    """Changes some fields. Raises Refused; nobody closes or promotes themselves, and one administrator always stays."""
    with transaction() as session:
        # In one order, so that two administrators who close each other do it one after the other.
        admins = session.scalars(
            sa.select(Staff).where(Staff.role == "admin").order_by(Staff.id).with_for_update()
        ).all()
        row = _managed(session, me, person)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if me.role != "admin" and not changed.keys() <= SUPERVISORS_CHANGE:
            raise Refused(403, "forbidden", "not_for_role")
        if row.id == me.id and changed.keys() & {"role", "active"}:
            raise Refused(409, "own_account")
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        if changed.keys() & {"role", "active"} and not any(a.role == "admin" and may_work(a) for a in admins):
            raise Refused(409, "last_admin")
        if not row.active or "role" in changed:
            sessions.end_all(session, row.id)
        for name in sorted(changed):
            words = name if name == "name" else f"{name}: {before[name]} → {changed[name]}"
            note(session, me.id, "person_changed", row.login, words)
        presence = session.get(Presence, row.id)
        return _row(row, presence.state if presence else None)


def set_password(me: Me, person: int, new: str) -> None:
    """Gives somebody else another password, unlocks them, and ends their logins. Raises Refused."""
    if person == me.id:
        raise Refused(409, "own_password")
    with transaction() as session:
        login = _managed(session, me, person).login
    passwords.refuse_weak(new, login)
    reset(me.id, person, passwords.hashed(new))


def reset(by: int | None, person: int, stored: str) -> None:
    """Stores another password, unlocks, and ends all logins."""
    with transaction() as session:
        row = session.get(Staff, person, with_for_update=True)
        row.password_hash = stored
        lockout.clear(row)
        sessions.end_all(session, row.id)
        note(session, by, "password_reset", row.login)


def unlock(me: Me, person: int) -> None:
    """Lets somebody who was locked out try again. Raises Refused."""
    with transaction() as session:
        _managed(session, me, person)
    release(me.id, person)


def release(by: int | None, person: int) -> None:
    """Forgets somebody's wrong passwords."""
    with transaction() as session:
        row = session.get(Staff, person, with_for_update=True)
        lockout.clear(row)
        note(session, by, "unlocked", row.login)


def _managed(session: Session, me: Me, person: int) -> Staff:
    """An account that this person manages. Raises Refused."""
    row = session.get(Staff, person, with_for_update=True)
    if row is None:
        raise Refused(404, "not_found", "person_unknown")
    if me.role != "admin" and row.role != "agent":
        raise Refused(403, "forbidden", "not_for_role")
    return row


def _row(row: Staff, presence: str | None) -> Row:
    return {
        "id": row.id,
        "login": row.login,
        "name": row.name,
        "role": row.role,
        "groups": row.groups,
        "ceiling": row.ceiling,
        "active": may_work(row),
        "locked": lockout.is_locked(row),
        "last_login_at": row.last_login_at,
        "presence": presence or "offline",
    }
