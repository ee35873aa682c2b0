"""The bot's own files, read plainly."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


@lru_cache
def domain() -> dict[str, Any]:
    """`domain.yml`."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return read


@lru_cache
def rules() -> list[dict[str, Any]]:
    """The rules of `bot/data/rules.yml`."""
    read: list[dict[str, Any]] = yaml.safe_load((ROOT / "bot/data/rules.yml").read_text(encoding="utf-8"))["rules"]
    return read


@lru_cache
def examples() -> dict[str, list[str]]:
    """The sentences of each intent, over all files."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "bot/data/nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in entry:
                lines = [line.removeprefix("- ") for line in entry["examples"].splitlines() if line.strip()]
                found.setdefault(entry["intent"], []).extend(lines)
    return found
