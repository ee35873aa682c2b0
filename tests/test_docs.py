"""The documentation against the code: links resolve; settings and make targets are those that exist."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic.fields import ModelField

from common.settings import ROOT, Settings

# A link or a picture whose target is no address of another site.
LINK = re.compile(r"\]\((?![a-z]+:)([^)\s]*)\)")
MAKE = re.compile(r"(?:`|^\s*|=\S* )make ([a-z-]+)", re.MULTILINE)
SETTING_ROW = re.compile(r"^\| `(WANHAO_\w+)` \| ([^|]+?) \|", re.MULTILINE)
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Every Markdown file that is, or is about to be, in git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def anchors(page: Path) -> set[str]:
    """The fragments that GitHub gives a page's headings."""
    titles = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def variable(name: str) -> str:
    return f"WANHAO_{name.upper()}"


def default_text(field: ModelField) -> str | None:
    """A field's default as the settings page writes it; None where the page explains it in words."""
    value: Any = field.default_factory() if field.default_factory in (list, dict) else field.default
    if value is None or isinstance(value, SecretStr):
        return None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text.replace(f'{ROOT}/', '')}`"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    missing = []
    for link in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        name, _, fragment = link.partition("#")
        target = page.parent / name if name else page
        found = target.exists() and (not fragment or target.suffix != ".md" or fragment in anchors(target))
        missing += [] if found else [link]
    assert missing == []


def test_settings_that_are_mentioned_exist() -> None:
    known = {variable(name) for name in Settings.__fields__}
    # The page's development server reads one of its own.
    mentioned = {
        name
        for page in pages()
        if page.parent.name != "web"
        for name in re.findall(r"WANHAO_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8"))
    }
    assert mentioned - known == set()


def test_operations_page_lists_every_setting_with_its_default() -> None:
    rows = dict(SETTING_ROW.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    expected = {variable(name): default_text(field) for name, field in Settings.__fields__.items()}
    assert rows.keys() == expected.keys()
    assert {name: rows[name] for name, text in expected.items() if text} == {
        name: text for name, text in expected.items() if text
    }


def test_make_targets_that_are_mentioned_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    mentioned = {name for page in pages() for name in MAKE.findall(page.read_text(encoding="utf-8"))}
    assert {"run", "test", "check"} <= mentioned
    assert mentioned - targets == set()
