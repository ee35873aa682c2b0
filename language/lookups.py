"""What the operator sells, from the lookup files that the knowledge base writes: names and aliases with their ids."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from common.settings import ROOT

LOOKUPS = ROOT / "bot" / "data" / "lookups"


@dataclass(frozen=True)
class Term:
    """A way to name an offering. `entity` is package, addon or vas; `ids` more than one where a name fits several."""

    entity: str
    name: str
    ids: tuple[str, ...]


@lru_cache(maxsize=4)
def terms(folder: Path) -> tuple[Term, ...]:
    """The terms of all files of a folder, which need not exist; each file names its entity (package.yml)."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", [])
        names: dict[str, list[str]] = {}
        for entry in entries:
            if "synonym" in entry:
                for line in entry["examples"].splitlines():
                    names.setdefault(line.removeprefix("- ").strip(), []).append(entry["synonym"])
        found += [Term(path.stem, name, tuple(ids)) for name, ids in names.items() if name]
    return tuple(found)
