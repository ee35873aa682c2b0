"""The knowledge editor's pages as their user sees them: what to press and what to read."""

from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from tests.browser.tab import ANSWER_MS, Tab

# Training, its report, and a model's start are waited for.
WORK_MS = 420_000


class EditorPage(Tab):
    """The tab of an editor, or of whoever reviews."""

    def sign_in(self, login: str) -> None:
        """Opens the page and signs in with an account of the demonstration."""
        self.expected = ("401",)  # who is not signed in is told so, and the browser says it aloud
        self.tab.goto(f"{self.desk}/kb")
        self.by(f"demo-{login}").click()
        expect(self.by("kb")).to_be_visible(timeout=ANSWER_MS)

    def opens(self, place: str) -> None:
        """Goes to the inbox, drafts, intents, content or releases."""
        self.by(f"kb-{place}").click()

    def types(self, field: Locator, text: str) -> None:
        """Types at once what a dialog that has just opened asks for first."""
        expect(field).to_be_focused(timeout=ANSWER_MS)
        self.tab.keyboard.insert_text(text)

    def begins(self, title: str) -> None:
        """Begins a draft, which holds what is changed from now on."""
        self.by("draft-chosen").click()
        self.by("draft-switch").click()
        self.types(self.by("draft-title"), title)
        self.by("draft-create").click()
        expect(self.by("draft-chosen")).to_contain_text(title)

    def writes_intent(self, name: str, title: str, sentences: Sequence[str], answer: str) -> None:
        """Makes an intent with pasted sentences and an answer, and saves it."""
        self.opens("intents")
        self.by("new-intent").click()
        self.types(self.by("intent-title"), title)
        self.by("intent-name").fill(name)
        self.by("intent-create").click()
        expect(self.by("editor")).to_contain_text(name)
        self.by("paste").click()
        self.types(self.by("paste-text"), "\n".join(sentences))
        self.by("paste-add").click()
        expect(self.by("example")).to_have_count(len(sentences))
        self.by("variant-text-0").fill(answer)
        self.is_checked()
        self.saves()

    def is_checked(self) -> None:
        """Waits until what stands on the form has been looked at."""
        expect(self.by("findings")).to_have_attribute("data-state", "checked", timeout=WORK_MS)

    def saves(self) -> None:
        """Saves what stands on the form with the keyboard."""
        self.tab.keyboard.press("Control+s")
        expect(self.by("save")).to_be_disabled(timeout=ANSWER_MS)

    def looks_at_draft(self) -> None:
        """Opens the draft that is being edited."""
        self.by("draft-chosen").click()
        self.by("draft-show").click()
        expect(self.by("draft")).to_be_visible(timeout=ANSWER_MS)

    def trains(self) -> None:
        """Trains the open draft, and reads the report."""
        self.by("train").click()
        self._is_done()
        expect(self.by("report")).to_be_visible(timeout=ANSWER_MS)

    def submits(self, note: str) -> None:
        """Asks for a review of the open draft."""
        self.by("submit-note").fill(note)
        self.by("submit").click()
        self.is_in("submitted")

    def is_in(self, state: str, milliseconds: int = ANSWER_MS) -> None:
        """The open draft is in a state."""
        expect(self.by("draft")).to_have_attribute("data-state", state, timeout=milliseconds)

    def chooses(self, title: str) -> None:
        """Opens a draft of the list by its title."""
        self.opens("drafts")
        self.by("drafts").get_by_role("button").filter(has_text=title).first.click()
        expect(self.by("draft")).to_contain_text(title)

    def approves(self, note: str) -> None:
        """Lets the open draft through."""
        self.by("review-note-field").fill(note)
        self.by("approve").click()
        self.is_in("approved")

    def publishes(self) -> None:
        """Brings the open draft to the customers."""
        self.by("publish").click()
        self.by("publish-yes").click()
        self.is_in("published", WORK_MS)

    def finding(self, code: str) -> Locator:
        """What the checks found."""
        return self.by(f"finding-{code}")

    def goes_back(self, reason: str) -> None:
        """Takes the newest release back."""
        self.opens("releases")
        self.tab.locator('[data-testid^="rollback-"]').first.click()
        self.types(self.by("rollback-reason"), reason)
        self.by("rollback-yes").click()
        self._is_done()

    def _is_done(self) -> None:
        """Waits for work that has begun; one that fails stays on the screen."""
        job = self.by("job")
        expect(job).to_be_visible(timeout=ANSWER_MS)
        expect(self.tab.locator('[data-testid="job"]:not([data-state="failed"])')).to_have_count(0, timeout=WORK_MS)
        expect(job).to_have_count(0)
