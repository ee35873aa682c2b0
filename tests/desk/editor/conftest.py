"""A running desk with editors, and an author that answers as it is told."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from common.settings import settings
from desk.editor import knowledge
from knowledge_base.authoring import drafts
from knowledge_base.authoring.changes import Value
from tests.bss.scripted import Operator, operator
from tests.desk.staff.conftest import _cheap, browsers, client  # noqa: F401
from tests.desk.staff.people import Browser, hire

ROOT = "/api/kb/v1"
REPORT: dict[str, Any] = {"cases": {"count": 1, "broken": []}, "findings": {"warning": 1}}
CANNED: Value = {"group": "开场", "title": "问候语", "text": "您好，请讲"}


@pytest.fixture(autouse=True)
def author(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """A scripted author."""
    with operator() as running:
        monkeypatch.setenv("WANHAO_AUTHOR_URL", running.address)
        settings.cache_clear()
        yield running


class Editor:
    """An editor's browser, and the drafts that they begin."""

    _keys = itertools.count(1)

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def get(self, path: str, **query: Any) -> Any:
        """What a path shows."""
        answer = self.browser.get(ROOT + path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> httpx.Response:
        """Posts."""
        return self.browser.post(ROOT + path, json=body)

    def does(self, path: str, **body: Any) -> Any:
        """Posts, and it is done."""
        answer = self.post(path, **body)
        assert answer.is_success, answer.text
        return answer.json()

    def begins(self, title: str = "问候语") -> int:
        """A new draft's id."""
        return int(self.does("/drafts", key=f"k{next(self._keys)}", title=title)["id"])

    def puts(self, draft: int, kind: str, key: str, value: Value | None, version: int, **more: Any) -> httpx.Response:
        """Saves an object."""
        body = {"value": value, "version": version, **more}
        return self.browser.put(f"{ROOT}/drafts/{draft}/objects/{kind}/{key}", json=body)

    def saves(self, draft: int, kind: str, key: str, value: Value | None, version: int = 0, **more: Any) -> int:
        """Saves an object; its version."""
        answer = self.puts(draft, kind, key, value, version, **more)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["version"])

    def draft(self, draft: int) -> Any:
        """A draft, whole."""
        return self.get(f"/drafts/{draft}")


def trained(draft: int, report: dict[str, Any] = REPORT) -> None:
    """What a training of the draft as it is now would leave."""
    of = knowledge.upon(drafts.changes(draft)).content_hash()
    assert of is not None
    drafts.trained(draft, of, report)


@pytest.fixture
def writer(browsers: Callable[[], Browser]) -> Editor:  # noqa: F811
    """An editor."""
    return Editor(browsers().signs_in("writer"))


@pytest.fixture
def second(browsers: Callable[[], Browser]) -> Editor:  # noqa: F811
    """A second editor."""
    hire("second", "editor")
    return Editor(browsers().signs_in("second"))


@pytest.fixture
def lead(browsers: Callable[[], Browser]) -> Editor:  # noqa: F811
    """A supervisor, who reads and approves."""
    return Editor(browsers().signs_in("lead"))
