"""The customer page as its user sees it: what to press, what to read, and what the browser complained of."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, expect

from tests.processes.customer import Operator

ANSWER_MS = 10_000


class CustomerPage:
    """One tab."""

    def __init__(self, context: BrowserContext, desk: str, operator: Operator) -> None:
        self.context = context
        self.operator = operator
        self.desk = desk
        self.tab = context.new_page()
        self.tab.set_default_timeout(ANSWER_MS)
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.tab.on("console", self._heard)
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("dialog", self._dialog)
        self.tab.on("request", self._requested)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(word in message.text for word in self.expected):
            self.complaints.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"blob", "data"} and address.netloc != urlsplit(self.desk).netloc:
            self.strangers.append(request.url)

    def open(self) -> None:
        """Opens the page and waits until it can be written on."""
        self.tab.goto(self.desk)
        expect(self.by("composer")).to_be_enabled()
        expect(self.by("mode")).to_contain_text("在线")

    def by(self, test_id: str) -> Locator:
        """Elements by their test id."""
        return self.tab.get_by_test_id(test_id)

    @property
    def messages(self) -> Locator:
        """All lines of the conversation."""
        return self.by("message")

    def said(self, role: str) -> Locator:
        """The lines of one side."""
        return self.tab.locator(f'[data-testid="message"][data-role="{role}"]')

    def type(self, text: str) -> None:
        """Types a sentence and sends it with Enter."""
        self.by("composer").fill(text)
        self.by("composer").press("Enter")

    def ask(self, text: str, answer: str) -> None:
        """Types a sentence and reads the answer."""
        self.type(text)
        self.reads(answer)

    def reads(self, answer: str) -> None:
        """The last line of the bot or of the desk holds this."""
        expect(self.messages.last).to_contain_text(answer, timeout=ANSWER_MS)

    def choose(self, title: str) -> Locator:
        """The button of the last answer with this title."""
        return self.messages.last.get_by_role("button", name=title, exact=True)

    def verify(self, number: str) -> None:
        """Number and code by hand."""
        self.ask(number, "验证码已发到")
        self.type(self.operator.code(number))

    def scrolls_sideways(self) -> bool:
        """Whether something is wider than the screen."""
        return bool(self.tab.evaluate("document.scrollingElement.scrollWidth > document.documentElement.clientWidth"))
