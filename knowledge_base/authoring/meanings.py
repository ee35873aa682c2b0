"""What a model takes texts for; what it once said of a text that may be kept is not asked again."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from common.settings import settings
from knowledge_base.authoring.predictor import predicted

# Files of models, the newest.
KEPT = 6


@dataclass(frozen=True)
class Meaning:
    """What a model takes a text for, and how surely; `entities` are name → value.

    `answer` is there where an entry of the FAQ answers, and not the intent.
    """

    intent: str
    confidence: float
    entities: Mapping[str, str]
    answer: str | None = None


Meanings = Mapping[str, Meaning]


def meaning(prediction: Mapping[str, Any]) -> Meaning:
    """What `bot.predict` says of a text."""
    found = {str(one["entity"]): str(one["value"]) for one in prediction.get("entities") or []}
    return Meaning(str(prediction["intent"]), round(float(prediction["confidence"]), 4), found)


def understood(
    model: Path, texts: Sequence[str], private: Collection[str] = (), check: Callable[[], None] = lambda: None
) -> dict[str, Meaning]:
    """What a model takes each text for. Of the `private` ones, which customers typed, nothing is kept.

    Raises predictor.Failed, and what `check` raises, which is called each half second.
    """
    path = _place(model)
    known = _read(path)
    wanted = list(dict.fromkeys(text for text in (*texts, *private) if text not in known))
    for text, prediction in zip(wanted, predicted(model, wanted, check), strict=True):
        known[text] = meaning(prediction)
    hidden = set(private) - set(texts)
    if set(wanted) - hidden:
        _write(path, {text: found for text, found in known.items() if text not in hidden})
    return {text: known[text] for text in (*texts, *private)}


def _place(model: Path) -> Path:
    # By what it is: the archive of a draft is the live one once it is published.
    return settings().drafts_dir / f"{hashlib.sha256(model.read_bytes()).hexdigest()[:16]}.json"


def _read(path: Path) -> dict[str, Meaning]:
    try:
        return {text: Meaning(**found) for text, found in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError):
        return {}


def _write(path: Path, known: Meanings) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(
        json.dumps({text: asdict(found) for text, found in known.items()}, ensure_ascii=False), encoding="utf-8"
    )
    beside.replace(path)
    for old in sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
