"""A step is skipped exactly while what it worked from stays the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.stamps import digest, leave, matches


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "nlu" / "bill.yml").write_text("帮我查下话费", encoding="utf-8")
    (tmp_path / "config.yml").write_text("pipeline")
    return tmp_path


def of(root: Path, **more: str) -> str:
    return digest([root / "config.yml", root / "data", root / "absent"], root, **more)


def change(root: Path) -> None:
    (root / "data" / "nlu" / "bill.yml").write_text("查账单", encoding="utf-8")


def rename(root: Path) -> None:
    (root / "data" / "nlu" / "bill.yml").rename(root / "data" / "bill.yml")


def add(root: Path) -> None:
    (root / "data" / "new.yml").touch()


def remove(root: Path) -> None:
    (root / "config.yml").unlink()


@pytest.mark.parametrize("edit", [change, rename, add, remove])
def test_every_edit_changes_the_digest(root: Path, edit: Callable[[Path], None]) -> None:
    before = of(root)
    edit(root)
    assert of(root) != before


@pytest.mark.parametrize("name", ["__pycache__/x.pyc", "node_modules/a.js", "dist/a.js", ".hidden", ".cache/a"])
def test_what_is_made_does_not(root: Path, name: str) -> None:
    before = of(root)
    made = root / "data" / name
    made.parent.mkdir(exist_ok=True)
    made.touch()
    assert of(root) == before


def test_the_salt_counts(root: Path) -> None:
    assert of(root, salt="rasa 3.6.21") != of(root, salt="rasa 3.6.22")


def test_a_stamp_matches_only_what_it_was_left_for(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    assert not matches(stamp, "a")
    leave(stamp, "a")
    assert matches(stamp, "a")
    assert not matches(stamp, "b")
