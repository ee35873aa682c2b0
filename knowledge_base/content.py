"""Reads the content files, which knowledge editors own, from the release that holds.

A release (`knowledge_base.authoring.release`) has a copy of all of them, so that a turn can be answered from one while
the next one goes live; without a release, those of the project hold. A folder is read once, and as a whole: what is
asked for later is of the same moment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import yaml

from common.settings import settings

T = TypeVar("T")

CONTENT = Path(__file__).parent / "content"
# Folders whose contents a process keeps: what holds, what held before, and some for turns in between.
KEPT = 4

_turn: ContextVar[Path | None] = ContextVar("_turn", default=None)
_process: Path | None = None


def use(release: int | None) -> None:
    """Has this process read that release from now on, where no turn says otherwise; with none the project's files."""
    global _process
    _process = _folder_of(release)
    _texts(folder())


@contextmanager
def during(release: int | None) -> Iterator[None]:
    """A block, a turn, that reads one release (none: the project's files), also if another one goes live meanwhile.

    Of a release whose folder is gone it reads what the process reads.
    """
    token = _turn.set(CONTENT if release is None else _folder_of(release) or folder())
    try:
        yield
    finally:
        _turn.reset(token)


def folder() -> Path:
    """Where content is read here and now."""
    return _turn.get() or _process or CONTENT


def _folder_of(release: int | None) -> Path | None:
    if release is None:
        return None
    found = settings().releases_dir / str(release) / "content"
    return found if found.is_dir() else None


def content(name: str) -> dict[str, Any]:
    """The content of `<name>.yml`. Raises FileNotFoundError."""
    return _loaded(folder(), name)


def of_content(function: Callable[[], T]) -> Callable[[], T]:
    """Has a function without arguments run once for each folder of content: what it makes is kept as content is."""

    @lru_cache(maxsize=KEPT)
    def made(_folder: Path) -> T:
        return function()

    @wraps(function)
    def of_now() -> T:
        return made(folder())

    return of_now


@lru_cache(maxsize=KEPT)
def _texts(path: Path) -> dict[str, str]:
    files = path.rglob("*.yml")
    return {file.relative_to(path).with_suffix("").as_posix(): file.read_text(encoding="utf-8") for file in files}


@lru_cache(maxsize=KEPT * 64)
def _loaded(path: Path, name: str) -> dict[str, Any]:
    # A release that is older than the software lacks what came with that.
    text = _texts(path).get(name) or _texts(CONTENT).get(name)
    if text is None:
        raise FileNotFoundError(path / f"{name}.yml")
    # In C: turns wait for it, when a release has just gone live.
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def intent_title(intent: str) -> str | None:
    """How a customer would name what an intent is about, or None for small talk."""
    title = content("intents")["titles"].get(intent)
    return None if title is None else str(title)
