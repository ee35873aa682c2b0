"""Three versions of an object become one: what both began with, mine, and what it is by now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge_base.authoring.changes import Change, Value, canonical, same
from knowledge_base.authoring.knowledge import Knowledge

# Lists in which each entry counts for itself.
SETS = frozenset({"examples", "also", "lines", "moments", "excludes"})
# What is in conflict when one deletes what the other changes.
WHOLE = "value"


@dataclass(frozen=True)
class Conflict:
    """An object that cannot be merged: the fields (or "value": the object as a whole), and both versions of it."""

    kind: str
    key: str
    fields: list[str]
    mine: Value | None
    theirs: Value | None


def merged(base: Value | None, mine: Value | None, theirs: Value | None) -> tuple[Value | None, list[str]]:
    """The object with both changes, and the fields that both changed differently, in which mine is kept.

    Values are canonical. Sentences are added and taken away one by one, so they are never in conflict.
    """
    if mine == theirs or base == theirs:
        return mine, []
    if base == mine:
        return theirs, []
    if mine is None or theirs is None:
        return mine, [WHOLE]
    return _fields(base or {}, mine, theirs)


def _fields(base: Value, mine: Value, theirs: Value) -> tuple[Value, list[str]]:
    made, conflicts = {}, []
    for name in dict.fromkeys([*theirs, *mine]):
        value, agreed = _field(name, base.get(name), mine.get(name), theirs.get(name))
        if value is not None or None in (mine.get(name, ""), theirs.get(name, "")):
            made[name] = value
        if not agreed:
            conflicts.append(name)
    return made, conflicts


def _field(name: str, base: Any, mine: Any, theirs: Any) -> tuple[Any, bool]:
    if mine == theirs or base == theirs:
        return mine, True
    if base == mine:
        return theirs, True
    if name in SETS:
        return _united(base or [], mine or [], theirs or []), True
    if name == "week" and base and len(base) == len(mine) == len(theirs):
        return _each("", base, mine, theirs)
    if name == "answer" and isinstance(base, dict):
        return _answer(base, mine, theirs)
    return mine, False


def _united(base: Iterable[Any], mine: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
    """Theirs, with what mine adds at the end and without what it takes away."""
    known = list(base)
    gone = [one for one in known if one not in mine]
    return [one for one in theirs if one not in gone] + [one for one in mine if one not in known and one not in theirs]


def _each(name: str, base: Sequence[Any], mine: Sequence[Any], theirs: Sequence[Any]) -> tuple[list[Any], bool]:
    found = [_field(name, *three) for three in zip(base, mine, theirs, strict=True)]
    return [value for value, _ in found], all(agreed for _, agreed in found)


def _answer(base: Value, mine: Value, theirs: Value) -> tuple[Value, bool]:
    """Texts, buttons and conditions of as many variants are merged by themselves."""
    three = [one.get("variants") for one in (base, mine, theirs)]
    if not all(three) or len({len(one or []) for one in three}) > 1:
        return mine, False
    variants, agreed = [], True
    for was, own, other in zip(*(one or [] for one in three), strict=True):
        variant, conflicts = _fields(was, own, other)
        variants.append(variant)
        agreed = agreed and not conflicts
    return {**mine, "variants": variants}, agreed


def rebased(changes: Sequence[Change], knowledge: Knowledge) -> tuple[list[Change], list[Conflict]]:
    """The changes as they are to be made to the knowledge of now, and those that contradict it.

    What has become so by itself is left out. A change in conflict is there with mine.
    """
    made, conflicts = [], []
    for one in changes:
        theirs = knowledge.objects[one.kind].get(one.key)
        base, mine = (None if value is None else canonical(one.kind, value) for value in (one.base, one.value))
        if base is not None and theirs is not None and same(one.kind, base, theirs):
            # Sentences in another order are the same sentences.
            base = theirs
        value, fields = merged(base, mine, theirs)
        if not same(one.kind, value, theirs):
            made.append(Change(one.kind, one.key, theirs, value))
        if fields:
            conflicts.append(Conflict(one.kind, one.key, fields, mine, theirs))
    return made, conflicts
