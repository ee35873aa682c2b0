"""The choice of an interpreter, and what a person reads when there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.steps import ROOT

SUITABLE = f'exec "{sys.executable}" "$@"'
REFUSES = "echo 'python3.10: command not found' >&2; exit 127"


def fake(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone without .venv, with a folder for commands beside it."""
    script = ROOT / "deploy" / "bootstrap.sh"
    copy = fake(tmp_path / "clone" / "deploy" / "bootstrap.sh", "")
    copy.write_bytes(script.read_bytes())
    for command in ("sh", "dirname"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / command).symlink_to(f"/bin/{command}" if command == "sh" else "/usr/bin/dirname")
    return tmp_path


def choose(clone: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [clone / "clone" / "deploy" / "bootstrap.sh", "--print-python"],
        env={"PATH": str(clone / "bin"), "HOME": str(clone / "home"), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_python310_on_path_is_taken(clone: Path) -> None:
    fake(clone / "bin" / "python3.10", SUITABLE)
    assert choose(clone).stdout.strip() == "python3.10"


def test_python3_is_taken_when_it_is_3_10(clone: Path) -> None:
    fake(clone / "bin" / "python3", SUITABLE)
    assert choose(clone).stdout.strip() == "python3"


def test_another_python3_is_passed_over(clone: Path) -> None:
    fake(clone / "bin" / "python3", "exit 1")
    fake(clone / "bin" / "python", SUITABLE)
    assert choose(clone).stdout.strip() == "python"


def test_a_refusing_shim_leads_to_pyenvs_versions(clone: Path) -> None:
    fake(clone / "bin" / "python3.10", REFUSES)
    real = fake(clone / "home" / ".pyenv" / "versions" / "3.10.13" / "bin" / "python3.10", SUITABLE)
    assert choose(clone).stdout.strip() == str(real)


def test_pyenv_root_is_honoured(clone: Path) -> None:
    real = fake(clone / "root" / "versions" / "3.10.9" / "bin" / "python3.10", SUITABLE)
    assert choose(clone, PYENV_ROOT=str(clone / "root")).stdout.strip() == str(real)


def test_uv_finds_one(clone: Path) -> None:
    real = fake(clone / "uv" / "python3.10", SUITABLE)
    fake(clone / "bin" / "uv", f'[ "$2" = find ] && echo "{real}"')
    assert choose(clone).stdout.strip() == str(real)


def test_uv_installs_one(clone: Path) -> None:
    real = clone / "uv" / "python3.10"
    fake(clone / "prepared", SUITABLE)
    (clone / "uv").mkdir()
    link = f"import os; os.symlink('{clone}/prepared', '{real}')"
    fake(
        clone / "bin" / "uv",
        f'[ "$2" != install ] || exec "{sys.executable}" -c "{link}"\n[ ! -x "{real}" ] || echo "{real}"',
    )
    assert choose(clone).stdout.strip() == str(real)


def test_the_environment_in_the_clone_comes_first(clone: Path) -> None:
    fake(clone / "bin" / "python3.10", SUITABLE)
    fake(clone / "clone" / ".venv" / "bin" / "python", SUITABLE)
    assert choose(clone).stdout.strip() == ".venv/bin/python"


def test_without_python_one_sentence_says_what_to_do(clone: Path) -> None:
    found = choose(clone)
    assert found.returncode == 1
    assert found.stdout == ""
    assert len(found.stderr.splitlines()) == 1
    assert "Python 3.10 was not found" in found.stderr
    assert "pyenv install 3.10" in found.stderr


def test_the_script_is_executable() -> None:
    assert os.access(ROOT / "deploy" / "bootstrap.sh", os.X_OK)
