"""An operator for the desk, and the people of a shift in their browsers."""

import contextlib
import logging
from collections.abc import Callable, Iterator

import httpx
import pytest

from bss import http
from common.settings import settings
from desk.staff import passwords
from desk.workbench import customer, goods
from tests.bss.sandbox_server import running_sandbox
from tests.desk.server import running_desk
from tests.desk.staff.people import CHEAP
from tests.desk.workbench.floor import Floor

ROOMS = ("desk", "bss", "knowledge_base", "common")


@pytest.fixture(scope="session")
def sandbox_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running sandbox."""
    with running_sandbox(tmp_path_factory.mktemp("workbench-sandbox")) as address:
        yield address


@pytest.fixture
def sandbox(database: None, sandbox_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A client for the sandbox's raw JSON; the desk asks this sandbox, which begins anew and without faults."""
    monkeypatch.setenv("WANHAO_BSS_URL", sandbox_address)
    settings.cache_clear()
    for kept in (customer._KEPT, goods._KEPT):
        kept.clear()
    http._breakers.cache_clear()
    with httpx.Client(base_url=sandbox_address, trust_env=False, timeout=20) as client:
        client.post("/sandbox/reset").raise_for_status()
        yield client
        client.delete("/sandbox/faults")
        http._breakers.cache_clear()


@pytest.fixture
def floor(sandbox: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Floor]:
    """A running desk over the sandbox, and browsers for who works there."""
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)
    passwords._decoy.cache_clear()
    with running_desk() as client, contextlib.ExitStack() as opened:
        yield Floor(client, opened)
    passwords._decoy.cache_clear()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that the product's own rooms have logged, however unimportant; not what the tests' clients do."""
    for room in ROOMS:
        caplog.set_level(logging.DEBUG, room)
    return lambda: "\n".join(record.getMessage() for record in caplog.records if record.name.split(".")[0] in ROOMS)
