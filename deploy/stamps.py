"""Stamps: a long step leaves the hash of what it worked from, and is skipped while that hash stays."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

IGNORED = {"__pycache__", "node_modules", "dist"}


def files(path: Path, root: Path) -> list[Path]:
    """The file itself, or every file below a folder; build results, caches and hidden files left out."""
    if path.is_file():
        return [path]
    found = [file for file in path.rglob("*") if file.is_file()]
    return sorted(file for file in found if not any(map(_ignored, file.relative_to(root).parts)))


def _ignored(part: str) -> bool:
    return part in IGNORED or part.startswith(".")


def digest(paths: Iterable[Path], root: Path, *, salt: str = "") -> str:
    """SHA-256 (hex) over names relative to ``root`` and contents; what does not exist counts as empty."""
    total = hashlib.sha256(salt.encode())
    for path in paths:
        for file in files(path, root):
            name = file.relative_to(root).as_posix()
            total.update(f"\0{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}".encode())
    return total.hexdigest()


def matches(stamp: Path, value: str) -> bool:
    """Whether the step that left ``stamp`` worked from ``value``."""
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == value


def leave(stamp: Path, value: str) -> None:
    """Notes that the step has worked from ``value``."""
    stamp.write_text(value + "\n", encoding="ascii")
