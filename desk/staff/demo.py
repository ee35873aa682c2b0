"""Accounts of the demonstration. Their password is public, so they work in demo mode only. All functions block."""

import logging
from typing import Any

import sqlalchemy as sa

from common.database import transaction
from common.settings import settings
from desk.staff import lockout, passwords, sessions
from desk.staff_models import Staff
from knowledge_base.content import content

logger = logging.getLogger(__name__)

# No other account may have a login that begins so.
PREFIX = "demo."


def may_work(row: Staff) -> bool:
    """Whether an account is of use: it is active and, if it is the demonstration's, this is one."""
    return bool(row.active) and (settings().demo or not row.login.startswith(PREFIX))


def prepare() -> None:
    """When the desk starts: demo mode finds its accounts as the content has them, any other finds them closed."""
    if settings().demo:
        _seed()
        return
    with transaction() as session:
        left = session.scalars(sa.select(Staff).where(Staff.login.startswith(PREFIX), Staff.active)).all()
        for row in left:
            row.active = False
            sessions.end_all(session, row.id)
    if left:
        logger.warning("closed %d demo accounts: this database has served a demonstration", len(left))


def _seed() -> None:
    stored = passwords.hashed(content("workbench")["demo"]["password"])
    with transaction() as session:
        for person in content("workbench")["demo"]["people"]:
            row = session.scalar(sa.select(Staff).where(Staff.login == person["login"])) or Staff()
            for name, value in person.items():
                setattr(row, name, value)
            row.password_hash, row.active = stored, True
            lockout.clear(row)
            session.add(row)


def shown() -> list[dict[str, Any]]:
    """The accounts with their password, for the page of a demonstration."""
    demo = content("workbench")["demo"]
    return [
        {"login": person["login"], "password": demo["password"], "name": person["name"], "role": person["role"]}
        for person in demo["people"]
    ]
