"""An operator's system for each test, scripted or the real sandbox, and no memory of the former test's failures."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bss import http
from common.database import Base, engine
from tests.bss.sandbox_server import running_sandbox
from tests.bss.scripted import Operator, operator
from tests.common.isolation import isolated


@pytest.fixture(autouse=True)
def forget_failures() -> Iterator[None]:
    """Breakers start closed."""
    http._breakers.cache_clear()
    yield
    http._breakers.cache_clear()


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Operator]:
    """A scripted operator, which the settings point to."""
    with operator() as made, isolated(monkeypatch, tmp_path, bss_url=made.address):
        yield made


@pytest.fixture(scope="session")
def sandbox_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running sandbox that the tests of this room share."""
    with running_sandbox(tmp_path_factory.mktemp("bss-sandbox")) as address:
        yield address


@pytest.fixture
def sandbox(sandbox_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client for the sandbox's raw JSON; the settings point to the sandbox, and its faults end with the test."""
    with (
        isolated(monkeypatch, tmp_path, bss_url=sandbox_address),
        httpx.Client(base_url=sandbox_address, trust_env=False, timeout=20) as client,
    ):
        yield client
        client.delete("/sandbox/faults")


@pytest.fixture
def tables(sandbox: httpx.Client) -> None:
    """Our own tables, empty, beside the sandbox."""
    Base.metadata.create_all(engine())


@pytest.fixture
def alone(scripted: Operator) -> Operator:
    """Our own tables, empty, beside a scripted operator."""
    Base.metadata.create_all(engine())
    return scripted
