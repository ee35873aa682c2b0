"""The picture of the house in DESIGN: who may import whom, and what has no place in which room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
ROOMS = ["actions", "bot", "bss", "common", "desk", "knowledge_base", "language", "sandbox"]


def modules(room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """The first names of what a module imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def texts(tree: ast.Module) -> Iterator[str]:
    """The texts in a module's code; docstrings are no code."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_imports_run_downward_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_every_room_is_in_the_picture() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"deploy", "bench", "tests"}

    assert rooms == set(ROOMS)
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.importlinter]")[1]
    assert all(f'"{room}"' in contract.split("\n\n")[0] for room in ROOMS)


def test_actions_speak_neither_http_nor_sql() -> None:
    forbidden = {"requests", "httpx", "aiohttp", "urllib3", "sqlalchemy", "sqlite3"}

    assert [(str(path), found) for path, tree in modules("actions") if (found := imported(tree) & forbidden)] == []


def test_only_the_clients_of_the_operator_know_its_paths() -> None:
    for room in ("actions", "bot", "desk", "knowledge_base", "language", "common"):
        assert [str(path) for path, tree in modules(room) if any("tmf-api" in text for text in texts(tree))] == []


@pytest.mark.parametrize("room", ["actions", "bot", "bss", "common", "desk"])
def test_sentences_for_customers_are_content_and_not_code(room: str) -> None:
    sentence = re.compile(r"[\u4e00-\u9fff].*[。！？]")

    assert [(str(path), text) for path, tree in modules(room) for text in texts(tree) if sentence.search(text)] == []
