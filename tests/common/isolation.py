"""Settings and a database that belong to one test alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from common.database import engine
from common.settings import settings
from tests.common.postgres import database_at

SECRET = "only-for-tests-0123456789abcdefghij"


def forget() -> None:
    """Lets the next call read the environment anew and open its own connections."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()
    settings.cache_clear()


@contextmanager
def isolated(monkeypatch: pytest.MonkeyPatch, var: Path, **values: str) -> Iterator[None]:
    """A block with a secret, databases and folders of its own; `values` are further settings, in lower case."""
    chosen = {
        "secret": SECRET,
        "database_url": database_at(var / "wanhao.db"),
        "rasa_database_url": f"sqlite:///{var / 'rasa.db'}",
        "pictures_dir": str(var / "pictures"),
        "knowledge_dir": str(var / "knowledge"),
        "releases_dir": str(var / "releases"),
    } | values
    for name, value in chosen.items():
        monkeypatch.setenv(f"WANHAO_{name.upper()}", value)
    forget()
    yield
    forget()
