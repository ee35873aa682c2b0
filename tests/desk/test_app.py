import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest

from common.settings import settings
from knowledge_base.content import content
from tests.desk.server import Page, running_desk

SENTENCES = content("desk")["sentences"]


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of a running desk."""
    with running_desk() as running:
        yield running


@pytest.fixture
def page(client: httpx.Client) -> Page:
    """A customer's page."""
    return Page(client)


class Addresses(HTMLParser):
    """What a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes src and href."""
        self.found += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_the_documentation_works_without_the_internet(client: httpx.Client) -> None:
    answer = client.get("/docs")
    assert answer.status_code == 200
    assert not re.search(r"https?://", answer.text)
    addresses = Addresses()
    addresses.feed(answer.text)

    assert len(addresses.found) >= 3
    for address in addresses.found:
        assert client.get(address).status_code == 200, address
    assert "script-src 'self' 'unsafe-inline'" in answer.headers["content-security-policy"]


def test_the_contract_is_in_the_documentation(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert set(paths["/api/v1/conversations/{conversation}/messages"]) == {"post", "get"}
    assert {"/api/v1/conversations", "/healthz", "/readyz"} <= set(paths)


@pytest.mark.parametrize(
    "path", ["/healthz", "/docs", "/api/v1/page", "/api/v1/nothing", "/api/v1/conversations/x/messages"]
)
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert path == "/docs" or "script" not in policy


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/v1/nothing"), ("POST", "/nothing"), ("GET", "/../../etc/passwd")]
)
def test_an_unknown_address_is_a_404_in_json(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)

    assert answer.status_code in {404, 405}
    assert set(answer.json()["error"]) == {"code", "message"}


def test_a_wrong_method_is_a_405_in_json(client: httpx.Client) -> None:
    answer = client.delete("/api/v1/conversations")

    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "not_allowed")


def test_the_page_has_a_greeting_and_quick_replies(client: httpx.Client) -> None:
    assert client.get("/api/v1/page").json() == content("desk")["page"]


def test_there_is_no_demo_unless_it_is_turned_on(client: httpx.Client) -> None:
    assert client.get("/api/v1/demo").json() == {"demo": False}
    for path in ("customers", "sms?number=18900001001"):
        answer = client.get(f"/api/v1/demo/{path}")
        assert answer.status_code == 404
        assert "number" not in answer.json()
    assert not any("customers" in path or "sms" in path for path in client.get("/openapi.json").json()["paths"])


def test_a_demo_without_its_sandbox_is_a_503_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_DEMO", "true")
    monkeypatch.setenv("WANHAO_SANDBOX_URL", "http://127.0.0.1:9")
    settings.cache_clear()
    with running_desk() as client:
        answer = client.get("/api/v1/demo/customers")

        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "failed")
        assert client.get("/api/v1/demo/sms", params={"number": "x"}).status_code == 422


def test_an_error_inside_shows_nothing_of_the_inside(
    client: httpx.Client, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("password=hunter2 at /etc/secret")

    monkeypatch.setattr("desk.store.history", breaks)
    answer = page.reads()

    assert answer.status_code == 500
    assert answer.json() == {"error": {"code": "failed", "message": SENTENCES["failed"]}}
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_desk_is_alive_even_when_nothing_behind_it_is(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANHAO_ACTIONS_URL", "http://127.0.0.1:9")
    settings.cache_clear()

    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"] is True
    assert ready.json()["checks"]["actions"] is False


def test_a_zero_byte_in_an_address_is_a_404(client: httpx.Client) -> None:
    assert client.get("/a%00b").status_code == 404
