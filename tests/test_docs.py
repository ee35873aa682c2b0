"""The documentation against the code: links resolve; settings and make targets are those that exist."""

import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from pydantic.fields import ModelField

from common.database import engine, migrate
from common.settings import ROOT, Settings
from tests.common.isolation import isolated

# A link or a picture whose target is no address of another site.
LINK = re.compile(r"\]\((?![a-z]+:)([^)\s]*)\)")
MAKE = re.compile(r"(?:`|^\s*|=\S* )make ([a-z-]+)", re.MULTILINE)
SETTING_ROW = re.compile(r"^\| `(WANHAO_\w+)` \| ([^|]+?) \|", re.MULTILINE)
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
RECIPE = re.compile(r"^## Deleting personal data$.*?```sql\n(.*?)```", re.MULTILINE | re.DOTALL)
# Tables that know of no conversation; answers that WeChat waits for go by themselves.
KEPT = {
    "audit", "bot_server", "closures", "counted_days", "day_counts", "kb_changes", "kb_drafts", "kb_edits",
    "kb_intent_names", "kb_jobs", "kb_releases", "staff", "staff_sessions", "wechat_inbound", "wechat_nonces",
    "wechat_tokens",
}  # fmt: skip


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


def written(column: sa.Column[Any], text: str, number: int) -> Any:
    """A value of a column that says whose row it is in."""
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, (sa.DateTime, sa.Date)):
        return datetime(2026, 3, number)
    if isinstance(kind, sa.String):
        return "done" if column.name == "state" else text
    return True if isinstance(kind, sa.Boolean) else number


def test_the_recipe_deletes_all_of_a_conversation_and_nothing_of_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    recipe = RECIPE.search(page)
    assert recipe is not None
    with isolated(monkeypatch, tmp_path):
        migrate()
        tables = sa.MetaData()
        tables.reflect(engine())

        def named(text: str) -> set[str]:
            """The tables in which a text stands somewhere."""
            with engine().connect() as session:
                found = {one.name: session.execute(sa.select(one)).all() for one in tables.sorted_tables}
            return {name for name, rows in found.items() if any(text in row for row in rows)}

        with engine().begin() as session:
            for text, number in (("ID", 1), ("other", 2)):
                for table in tables.sorted_tables:
                    row = {column.name: written(column, text, number) for column in table.columns}
                    if table.name != "alembic_version":
                        session.execute(sa.insert(table).values(row))
            # A cluster of what others said, too, called by what this one did.
            clusters, inbox = tables.tables["kb_clusters"], tables.tables["kb_inbox"]
            session.execute(sa.insert(clusters).values(id=3, title="ID", updated_at=datetime(2026, 3, 3)))
            session.execute(sa.update(inbox).where(inbox.c.id == 2).values(cluster_id=3))
        before = named("other")
        with engine().begin() as session:
            for statement in re.sub("--.*", "", recipe[1]).split(";"):
                if statement.strip():
                    session.exec_driver_sql(statement)

        assert named("ID") == KEPT
        assert named("other") == before
