from pathlib import Path

import pytest

from language import fingerprint as module
from language.fingerprint import fingerprint


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A language package of two files, in the place of the real one."""
    (tmp_path / "fingerprint.py").write_text("x = 1")
    (tmp_path / "words.txt").write_text("流量")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "fingerprint.py"))
    fingerprint.cache_clear()
    yield tmp_path
    fingerprint.cache_clear()


def anew() -> str:
    fingerprint.cache_clear()
    return fingerprint()


def test_the_same_sources_have_the_same_fingerprint(package: Path) -> None:
    assert anew() == anew()


@pytest.mark.parametrize("name", ["fingerprint.py", "words.txt", "new.yml"])
def test_a_change_in_code_or_words_changes_the_fingerprint(package: Path, name: str) -> None:
    before = anew()
    (package / name).write_text("other")

    assert anew() != before


def test_what_is_no_source_changes_nothing(package: Path) -> None:
    before = anew()
    (package / "notes.md").write_text("x")

    assert anew() == before
