"""Node: which version is accepted, and the sentence when it is missing or old."""

from pathlib import Path

import pytest

from deploy import install
from deploy.steps import Problem


def commands(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    monkeypatch.setenv("PATH", str(folder))
    if version is not None:
        for name in ("node", "npm"):
            (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
            (folder / name).chmod(0o755)


@pytest.mark.parametrize("version", ["v20.19.0", "v22.1.3"])
def test_a_new_enough_node_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    commands(tmp_path, monkeypatch, version)
    install.need_node()


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (None, "Node.js was not found: install Node 20.19 or newer with npm, then run this again."),
        ("v18.20.4", "Node.js 18.20 is too old: install Node 20.19 or newer, then run this again."),
    ],
)
def test_without_it_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None, sentence: str
) -> None:
    commands(tmp_path, monkeypatch, version)
    with pytest.raises(Problem) as problem:
        install.need_node()
    assert str(problem.value) == sentence
