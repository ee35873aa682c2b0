"""A database of its own for each test that asks for one, and a sandbox that the tests of this folder share."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bss import http
from common.database import migrate
from tests.bss.sandbox_server import running_sandbox
from tests.common.isolation import isolated


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The product's own tables."""
    with isolated(monkeypatch, tmp_path):
        migrate()
        yield


@pytest.fixture(scope="session")
def sandbox_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running sandbox."""
    with running_sandbox(tmp_path_factory.mktemp("retention-sandbox")) as address:
        yield address


@pytest.fixture
def sandbox(sandbox_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client for the sandbox's raw JSON, and the product's tables; the sandbox begins anew and without faults."""
    http._breakers.cache_clear()
    with (
        isolated(monkeypatch, tmp_path, bss_url=sandbox_address),
        httpx.Client(base_url=sandbox_address, trust_env=False, timeout=20) as client,
    ):
        migrate()
        client.post("/sandbox/reset").raise_for_status()
        yield client
        client.delete("/sandbox/faults")
        http._breakers.cache_clear()
