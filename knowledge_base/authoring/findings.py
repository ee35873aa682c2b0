"""What a check finds, and how it is said to the editor."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from knowledge_base.content import content

Level = Literal["error", "warning", "hint"]


@dataclass(frozen=True)
class Finding:
    """Something about an object that is wrong (error), likely wrong (warning), or could be better (hint).

    `field` is a path into the object's value (`examples`, `answer.variants.0.text`); `sentence` the example or text
    concerned, `start` and `end` where in it, in characters. `other` is what it is too like: kind, key, title, sentence
    and score, the likeness from 0 to 1.
    """

    level: Level
    code: str
    message: str
    field: str | None = None
    sentence: str | None = None
    start: int | None = None
    end: int | None = None
    other: Mapping[str, Any] | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON, without what is not known."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def finding(
    level: Level, code: str, field: str | None = None, blanks: Mapping[str, object] | None = None, **more: Any
) -> Finding:
    """A finding with its sentence of content/authoring.yml, the blanks filled."""
    sentence = str(content("authoring")["findings"][code])
    return Finding(level, code, sentence.format(**(blanks or {})), field, **more)
