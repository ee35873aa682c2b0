"""What changes, as people read it: objects and their fields before and after, as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge_base.authoring.changes import KINDS, Change, Objects, Value, canonical, same
from knowledge_base.content import content

_TITLES = {"intent": "title", "faq": "question", "offer": "title", "canned": "title", "notice": "title"}


def title_of(kind: str, key: str, value: Value | None) -> str:
    """How an object is called on a screen: its title, or what an intent is about, or its key where it has neither."""
    if kind == "hours":
        return str(content("chats")["groups"].get(key, key))
    value = value or {}
    return str(value.get(_TITLES.get(kind, "")) or (kind == "intent" and value.get("description")) or key)


def shown(old: Objects, new: Objects | Sequence[Change]) -> list[dict[str, Any]]:
    """The objects that differ: `kind`, `key`, `title`, `change` (added, removed, changed) and `fields`.

    A field has its name, `before` and `after` (null: not there); of a list of texts, `added` and `removed`
    say the same by entry.
    """
    if isinstance(new, Mapping):
        pairs = [
            (kind, key, old.get(kind, {}).get(key), new.get(kind, {}).get(key))
            for kind in KINDS
            for key in dict.fromkeys([*old.get(kind, {}), *new.get(kind, {})])
        ]
    else:
        pairs = [(one.kind, one.key, old.get(one.kind, {}).get(one.key), one.value) for one in new]
    return [_object(*one) for one in pairs if not same(one[0], one[2], one[3])]


def _object(kind: str, key: str, before: Value | None, after: Value | None) -> dict[str, Any]:
    was, becomes = (canonical(kind, one) if one is not None else {} for one in (before, after))
    return {
        "kind": kind,
        "key": key,
        "title": title_of(kind, key, after or before),
        "change": "added" if before is None else "removed" if after is None else "changed",
        "fields": [
            _field(name, was.get(name), becomes.get(name))
            for name in dict.fromkeys([*was, *becomes])
            if was.get(name) != becomes.get(name)
        ],
    }


def _field(name: str, before: Any, after: Any) -> dict[str, Any]:
    listed = name != "week" and all(_texts(one or []) for one in (before, after))
    was, becomes = (before or [], after or []) if listed else ([], [])
    return {
        "field": name,
        "before": before,
        "after": after,
        "added": [one for one in becomes if one not in was],
        "removed": [one for one in was if one not in becomes],
    }


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
