"""What can be read from a model's archive without loading it."""

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Archive:
    """Bytes packed and unpacked, the number of files, and what the intent classifier says of itself, if it is ours."""

    packed: int
    unpacked: int
    classifier: dict[str, Any] | None


def inspect(archive: Path) -> Archive:
    """Reads an archive's table of contents and the classifier's facts."""
    classifier = None
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
        for member in members:
            if member.name.endswith("/intents.json") and "IntentClassifier" in member.name:
                file = tar.extractfile(member)
                classifier = json.load(file) if file else None
    return Archive(archive.stat().st_size, sum(member.size for member in members), classifier)
