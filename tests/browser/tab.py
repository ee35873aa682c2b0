"""A tab of a browser that may not fail in silence: what it complains of, and whom it asks, is noted."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator

ANSWER_MS = 10_000


class Tab:
    """One tab."""

    def __init__(self, context: BrowserContext, desk: str) -> None:
        self.context = context
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

    def by(self, test_id: str) -> Locator:
        """Elements by their test id."""
        return self.tab.get_by_test_id(test_id)

    def scrolls_sideways(self) -> bool:
        """Whether something is wider than the screen."""
        return bool(self.tab.evaluate("document.scrollingElement.scrollWidth > document.documentElement.clientWidth"))
