"""What all tests share: settings that touch nothing of the developer's, and the running product."""

import gc
import os
import secrets
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, running_stack

# The first test of the stack waits for its start, which may train a model.
STACK_TIMEOUT = 900


def pytest_configure() -> None:
    """Gives the code under test in this process a database, a folder and a secret that are not the developer's."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a killed run stops its processes too
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background ignores
    var = Path(tempfile.mkdtemp(prefix="wanhao-tests-"))
    for name in [name for name in os.environ if name.startswith(("WANHAO_", "SANDBOX_"))]:
        del os.environ[name]
    os.environ |= {
        "WANHAO_SECRET": secrets.token_urlsafe(48),
        "WANHAO_DATABASE_URL": f"sqlite:///{var / 'wanhao.db'}",
        "WANHAO_RASA_DATABASE_URL": f"sqlite:///{var / 'rasa.db'}",
        "WANHAO_PICTURES_DIR": str(var / "pictures"),
        "WANHAO_KNOWLEDGE_DIR": str(var / "knowledge"),
        "WANHAO_RELEASES_DIR": str(var / "releases"),
        "WANHAO_DRAFTS_DIR": str(var / "drafts"),
        "RASA_TELEMETRY_ENABLED": "false",
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses the stack, so that ``-m "not processes"`` is the quick part."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.processes)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(STACK_TIMEOUT))


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """Takes a module's garbage away while it is little, and has what is left never looked through again.

    Thousands of tests leave gigabytes behind otherwise, and whichever test sets off the collection waits a minute.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product's real processes, started once for all tests that ask for them."""
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running
