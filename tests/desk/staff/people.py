"""Who works at the desk of the tests, and their browsers."""

from typing import Any

import httpx
import sqlalchemy as sa
from argon2 import PasswordHasher

from common.database import transaction
from desk.staff_models import Audit, Staff

PASSWORD = "correct-horse-7"
NEW_PASSWORD = "battery-staple-8"
PEOPLE = {"1001": "agent", "1002": "agent", "lead": "supervisor", "writer": "editor", "boss": "admin"}
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def hire(login: str, role: str, password: str = PASSWORD, **values: Any) -> int:
    """An account; returns its id."""
    with transaction() as session:
        row = Staff(login=login, name=f"员工{login}", role=role, password_hash=CHEAP.hash(password), **values)
        session.add(row)
        session.flush()
        return int(row.id)


def person(login: str) -> Staff:
    """The row of an account."""
    with transaction() as session:
        return session.scalars(sa.select(Staff).where(Staff.login == login)).one()


def noted() -> list[tuple[str, str]]:
    """What was noted, oldest first: action and subject."""
    with transaction() as session:
        return [(row.action, row.subject) for row in session.scalars(sa.select(Audit).order_by(Audit.id))]


class Browser(httpx.Client):
    """A browser with the workbench open: it keeps the cookie and sends the token along."""

    def __init__(self, desk: httpx.Client) -> None:
        super().__init__(base_url=desk.base_url, trust_env=False, timeout=20)
        self.me: dict[str, Any] = {}

    def tries(self, login: str, password: str) -> httpx.Response:
        """Tries to sign in."""
        return self.post("/api/staff/v1/login", json={"login": login, "password": password})

    def signs_in(self, login: str, password: str = PASSWORD) -> "Browser":
        """Signs in."""
        answer = self.tries(login, password)
        assert answer.status_code == 200, answer.text
        self.me = answer.json()
        self.headers["X-CSRF-Token"] = self.me["csrf"]
        return self


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """(status, code) of a refusal, which is JSON with a sentence and nothing else."""
    body = answer.json()
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]
