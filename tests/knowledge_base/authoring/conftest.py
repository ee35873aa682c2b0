"""What the tests of authoring share: a database of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import knowledge_base.authoring.models
from common.database import Base, engine
from tests.common.isolation import isolated


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty database with all tables, and folders, that belong to one test."""
    assert knowledge_base.authoring.models
    folders = {name: str(tmp_path / name) for name in ("releases_dir", "drafts_dir")}
    with isolated(monkeypatch, tmp_path, **folders):
        Base.metadata.create_all(engine())
        yield tmp_path
