"""Actions over a real sandbox, which every test of this room shares."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bss import http
from common.database import migrate
from tests.bss import raw
from tests.bss.sandbox_server import running_sandbox
from tests.common.isolation import isolated


@pytest.fixture(scope="session")
def sandbox_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running sandbox."""
    with running_sandbox(tmp_path_factory.mktemp("actions-sandbox")) as address:
        yield address


@pytest.fixture(autouse=True)
def sandbox(sandbox_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client for the sandbox's raw JSON; the settings point to the sandbox, and its faults end with the test."""
    http._breakers.cache_clear()
    with (
        isolated(
            monkeypatch,
            tmp_path,
            bss_url=sandbox_address,
            payment_url=f"{sandbox_address}/operator/v1/payment/{{id}}",
        ),
        httpx.Client(base_url=sandbox_address, trust_env=False, timeout=20) as client,
    ):
        yield client
        client.delete("/sandbox/faults")
        http._breakers.cache_clear()


@pytest.fixture
def number(sandbox: httpx.Client) -> str:
    """A number of a customer with nothing special."""
    return raw.numbers(sandbox, "basic")[0]


@pytest.fixture
def unused(sandbox: httpx.Client) -> str:
    """A number that can receive messages and has received none."""
    found = _unused(sandbox)
    if not found:
        # All have been given out: the sandbox begins anew.
        sandbox.post("/sandbox/reset").raise_for_status()
        found = _unused(sandbox)
    return found[0]


def _unused(sandbox: httpx.Client) -> list[str]:
    sent = {message["number"] for message in sandbox.get("/sandbox/sms").json()}
    return [
        story["number"]
        for story in sandbox.get("/sandbox/customers").json()
        if story["number"] not in sent and not {"suspended", "enterprise"} & set(story["tags"])
    ]


@pytest.fixture
def database() -> None:
    """The product's own tables."""
    migrate()
