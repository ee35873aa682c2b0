"""The workbench as its user sees it: what to press and what to read."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.tab import ANSWER_MS, Tab


class AgentPage(Tab):
    """An agent's tab."""

    def sign_in(self, login: str) -> None:
        """Opens the page and signs in with an account of the demonstration."""
        self.expected = ("401",)  # who is not signed in is told so, and the browser says it aloud
        self.tab.goto(f"{self.desk}/agent")
        self.by(f"demo-{login}").click()
        expect(self.by("presence").or_(self.by("page-board"))).to_be_visible(timeout=ANSWER_MS)

    def is_ready(self) -> None:
        """Takes chats from now on."""
        self.enters("ready")

    def enters(self, state: str) -> None:
        """Says what the agent is."""
        self.by(f"presence-{state}").click()

    def accept(self) -> str:
        """Accepts the chat that is offered; its number."""
        button = self.tab.locator('[data-testid^="accept-"]').first
        expect(button).to_be_visible(timeout=ANSWER_MS)
        handover = str(button.get_attribute("data-testid")).removeprefix("accept-")
        button.click()
        expect(self.by("composer")).to_be_enabled(timeout=ANSWER_MS)
        return handover

    def lines(self) -> Locator:
        """The lines of the open chat."""
        return self.by("transcript").get_by_test_id("message")

    def reads(self, text: str) -> None:
        """The open chat holds this line."""
        expect(self.by("transcript")).to_contain_text(text, timeout=ANSWER_MS)

    def says(self, text: str) -> None:
        """Types a line and sends it with Enter."""
        self.by("composer").fill(text)
        self.by("composer").press("Enter")
        self.reads(text)

    def opens(self, tab: str) -> None:
        """Opens a tab of the right column: customer, offers, work or history."""
        self.by(f"tab-{tab}").click()

    def ends(self, reason: str, result: str, note: str = "") -> None:
        """Ends the open chat with its wrap-up."""
        self.by("close").click()
        self.by("wrapup-reason").click()
        self.by(f"wrapup-reason-{reason}").click()
        self.by(f"wrapup-result-{result}").click()
        if note:
            self.by("wrapup-note").fill(note)
        self.by("wrapup-submit").click()
        expect(self.by("wrapup")).to_have_count(0, timeout=ANSWER_MS)

    def passes_on(self, group: str, note: str) -> None:
        """Passes the open chat on to a skill group."""
        self.by("transfer").click()
        self.by(f"transfer-group-{group}").click()
        self.by("transfer-note").fill(note)
        self.by("transfer-submit").click()
        expect(self.by("transfer-dialog")).to_have_count(0, timeout=ANSWER_MS)

    def offer(self) -> str:
        """The first offer on the panel that the customer can be asked to confirm; its id."""
        button = self.tab.locator('[data-testid^="offer-"][data-testid$="-propose"]').first
        expect(button).to_be_visible(timeout=ANSWER_MS)
        found = re.fullmatch(r"offer-(.+)-propose", str(button.get_attribute("data-testid")))
        assert found is not None
        return found.group(1)
