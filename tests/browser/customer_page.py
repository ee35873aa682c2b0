"""The customer page as its user sees it: what to press, what to read, and what the browser complained of."""

from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.tab import ANSWER_MS, Tab
from tests.processes.customer import Operator


class CustomerPage(Tab):
    """A customer's tab."""

    def __init__(self, context: BrowserContext, desk: str, operator: Operator) -> None:
        super().__init__(context, desk)
        self.operator = operator

    def open(self) -> None:
        """Opens the page and waits until it can be written on."""
        self.tab.goto(self.desk)
        expect(self.by("composer")).to_be_enabled()
        expect(self.by("mode")).to_contain_text("在线")

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

    def heard(self, text: str) -> None:
        """Some line holds this."""
        expect(self.messages.filter(has_text=text).last).to_be_visible(timeout=ANSWER_MS)

    def choose(self, title: str) -> Locator:
        """The button of the last answer with this title."""
        return self.messages.last.get_by_role("button", name=title, exact=True)

    def verify(self, number: str) -> None:
        """Number and code by hand."""
        self.ask(number, "验证码已发到")
        self.type(self.operator.code(number))
