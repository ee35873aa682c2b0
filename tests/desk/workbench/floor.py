"""People at work: agents with browsers, and customers whose number is known."""

import contextlib
from typing import Any

import httpx

from common.identity import seal
from common.masking import mask_number
from desk.workbench import chats, presence
from tests.desk.agents import enters
from tests.desk.server import Page
from tests.desk.staff.people import Browser, hire

AGENT = "/api/agent/v1"


def about(number: str | None, **context: object) -> dict[str, Any]:
    """What a handover carries of a customer who has proven to have a number."""
    known = {"number": seal("handover", {"number": number}), "verified": mask_number(number)} if number else {}
    return known | context


def chat_of(staff: int, number: str | None = None, talk: str | None = None, **context: object) -> int:
    """A chat that an agent serves."""
    found = enters(talk, **about(number, **context))
    chats.take(found, staff)
    return found


class Customer(Page):
    """A customer's page, and the buttons on it."""

    def choice(self, title: str) -> str:
        """The id of the latest button with a title."""
        lines = self.reads().json()["messages"]
        return next(choice["id"] for line in reversed(lines) for choice in line["choices"] if choice["title"] == title)

    def presses(self, title: str, choice: str | None = None) -> list[str]:
        """Presses it; what is said to that."""
        answer = self.sends(choice=choice or self.choice(title))
        assert answer.status_code == 200, answer.text
        return [line["text"] for line in answer.json()["messages"]]


class Worker:
    """Somebody with the workbench open."""

    def __init__(self, staff: int, browser: Browser) -> None:
        self.id = staff
        self.browser = browser

    def serves(self, number: str | None = None, talk: str | None = None, **context: object) -> int:
        """A chat with a customer."""
        return chat_of(self.id, number, talk, **context)

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

    def customer(self) -> Customer:
        """Somebody who has opened the page."""
        return Customer(self.client)

    def worker(
        self, login: str = "2001", groups: tuple[str, ...] = ("mobile",), role: str = "agent", *, state: str = "busy"
    ) -> Worker:
        """Somebody who signs in; busy, so that the queue brings them nobody by itself."""
        staff = hire(login, role, groups=list(groups), ceiling=50)
        presence.choose(staff, state)
        return Worker(staff, self._opened.enter_context(Browser(self.client)).signs_in(login))
