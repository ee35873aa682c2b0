"""Every test here has settings and a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.common.isolation import isolated


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """See `isolated`."""
    with isolated(monkeypatch, tmp_path):
        yield
