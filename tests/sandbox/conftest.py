"""A running sandbox on a free port over a database of its own, and a client that speaks to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from sandbox_client import Sandbox, free_port

from sandbox.app import create_app
from sandbox.settings import Settings
from tests.common.postgres import database_at


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a sandbox that the whole session shares."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    settings = Settings(port=free_port(), database_url=database_at(folder / "sandbox.db"))
    running = uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            ws="none",
            date_header=False,
        )
    )
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
        assert thread.is_alive()
    yield f"http://{settings.host}:{settings.port}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def changed() -> list[bool]:
    """Not empty when a test has left the shared sandbox other than its seed made it."""
    return []


@pytest.fixture
def sandbox(server: str, changed: list[bool]) -> Iterator[Sandbox]:
    """A client of the shared sandbox; faults are cleared afterwards."""
    with Sandbox(base_url=server, timeout=20) as client:
        if changed:
            assert client.post("/sandbox/reset").status_code == 200
            changed.clear()
        yield client
        client.delete("/sandbox/faults")


@pytest.fixture
def fresh(sandbox: Sandbox, changed: list[bool]) -> Sandbox:
    """The same, for tests that change customers or move the clock: it is as seeded, and is seeded anew afterwards."""
    changed.append(True)
    return sandbox
