"""Reads the content files, which knowledge editors own; each is read once a process."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"


@lru_cache
def content(name: str) -> dict[str, Any]:
    """The content of `content/<name>.yml`."""
    loaded: dict[str, Any] = yaml.safe_load((CONTENT / f"{name}.yml").read_text(encoding="utf-8"))
    return loaded


def intent_title(intent: str) -> str | None:
    """How a customer would name what an intent is about, or None for small talk."""
    title = content("intents")["titles"].get(intent)
    return None if title is None else str(title)
