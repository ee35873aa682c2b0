"""Objects of knowledge and how a draft changes them, as plain values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A JSON object; its key is not in it.
Value = dict[str, Any]
# kind → key → value.
Objects = Mapping[str, Mapping[str, Value]]

KINDS = ("intent", "faq", "offer", "canned", "hours", "notice", "case")
# Fields that are there even when nothing is in them.
_LISTS = {"intent": ("examples",), "faq": ("also",), "notice": ("lines",)}
# Sentences whose order means nothing.
_UNORDERED = frozenset({("intent", "examples")})
_MARKUP = re.compile(r"\[([^\[\]]+)\](?:\([^()]*\)|\{[^{}]*\})")


@dataclass(frozen=True)
class Change:
    """One object as it shall become: `value` None deletes it, `base` (as it was when work began) None makes it new."""

    kind: str
    key: str
    base: Value | None
    value: Value | None


@dataclass(frozen=True)
class Problem:
    """Why an object cannot be kept; `message` is for editors, `field` is where it is."""

    kind: str
    key: str
    code: str
    message: str
    field: str | None = None


class Invalid(ValueError):
    """Changes that would make files that cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.kind} {one.key}: {one.code}" for one in problems))
        self.problems = list(problems)


def plain(example: str) -> str:
    """An example without the marks of its entities, as a customer says it.

    >>> plain("[星卡](package)多少钱")
    '星卡多少钱'
    """
    return _MARKUP.sub(r"\1", example)


def canonical(kind: str, value: Value) -> Value:
    """The value as files give it back: nothing optional that is empty, every list that belongs to its kind."""
    kept = {field: entry for field, entry in value.items() if entry is not None or (kind, field) == ("intent", "title")}
    for field in _LISTS.get(kind, ()):
        kept[field] = list(dict.fromkeys(str(entry).strip() for entry in kept.get(field) or []))
    if kind == "intent":
        kept.setdefault("title", None)
        kept["description"] = kept.get("description") or ""
        kept["answer"] = _answer(kept.get("answer") or {})
    return kept


def _answer(answer: Mapping[str, Any]) -> Value:
    if answer.get("kind") != "text":
        return {"kind": "action", "action": answer.get("action")}
    return {"kind": "text", "variants": [_variant(variant) for variant in answer.get("variants") or []]}


def _variant(variant: Mapping[str, Any]) -> Value:
    when = variant.get("when") or {}
    conditions = {field: list(when.get(field) or []) for field in ("levels", "products")}
    return {
        "text": variant.get("text") or "",
        "buttons": [
            {"title": button["title"], "payload": button["payload"]} for button in variant.get("buttons") or []
        ],
        "when": conditions if any(conditions.values()) else None,
    }


def same(kind: str, one: Value | None, other: Value | None) -> bool:
    """Whether two values, canonical or not, mean the same."""
    return _comparable(kind, one) == _comparable(kind, other)


def _comparable(kind: str, value: Value | None) -> Value | None:
    if value is None:
        return None
    return {
        field: sorted(entry) if (kind, field) in _UNORDERED else entry
        for field, entry in canonical(kind, value).items()
    }
