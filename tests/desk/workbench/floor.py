"""People at work: agents with browsers, and customers whose number is known."""

import contextlib
from typing import Any

import httpx

from common.identity import seal
from common.masking import mask_number
from desk.workbench import chats, presence
from tests.desk.agents import enters
from tests.desk.staff.people import Browser, hire

AGENT = "/api/agent/v1"


def about(number: str | None, **context: object) -> dict[str, Any]:
    """What a handover carries of a customer who has proven to have a number."""
    known = {"number": seal("handover", {"number": number}), "verified": mask_number(number)} if number else {}
    return known | context


def chat_of(staff: int, number: str | None = None, **context: object) -> int:
    """A chat that an agent serves."""
    found = enters(**about(number, **context))
    chats.take(found, staff)
    return found


class Worker:
    """Somebody with the workbench open."""

    def __init__(self, staff: int, browser: Browser) -> None:
        self.id = staff
        self.browser = browser

    def serves(self, number: str | None = None, **context: object) -> int:
        """A chat with a customer."""
        return chat_of(self.id, number, **context)

    def gets(self, path: str, **query: Any) -> httpx.Response:
        """Reads something."""
        return self.browser.get(f"{AGENT}{path}", params=query)

    def posts(self, path: str, **body: Any) -> httpx.Response:
        """Does something."""
        return self.browser.post(f"{AGENT}{path}", json=body)

    def reads(self, path: str, **query: Any) -> Any:
        """What is there."""
        answer = self.gets(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def does(self, path: str, **body: Any) -> Any:
        """What came of it."""
        answer = self.posts(path, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()


class Floor:
    """A desk where people sign in."""

    def __init__(self, client: httpx.Client, opened: contextlib.ExitStack) -> None:
        self.client = client
        self._opened = opened

    def worker(
        self, login: str = "2001", groups: tuple[str, ...] = ("mobile",), role: str = "agent", *, state: str = "busy"
    ) -> Worker:
        """Somebody who signs in; busy, so that the queue brings them nobody by itself."""
        staff = hire(login, role, groups=list(groups), ceiling=50)
        presence.choose(staff, state)
        return Worker(staff, self._opened.enter_context(Browser(self.client)).signs_in(login))
