"""The form of objects: which fields a kind has, and which characters a text may hold."""

import math
import re
from collections.abc import Iterator
from typing import Any

from knowledge_base.authoring.changes import Change, Problem, Value
from knowledge_base.content import content

# What YAML cannot hold as it is, and what Rasa's reader takes for a variable of the environment.
_ODD = re.compile(r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\$\{")
_BREAKS = re.compile(r"[\t\n]")
# Lists and mappings in each other: nobody nests deeper than an offer's conditions.
DEEPEST = 12
# Characters that a key has at most; see `models.Change`.
MOST_KEY = 100
# kind → field → how it must be; a question mark ends optional ones.
_TEXT, _TEXTS, _MAPPING = "text", "texts", "mapping"
_SHAPES: dict[str, dict[str, str]] = {
    "intent": {"title": "text?", "description": "text?", "examples": _TEXTS, "answer": _MAPPING},
    "faq": {
        "question": _TEXT, "also": "texts?", "answer": _TEXT, "topic": _TEXT, "journey": "text?", "from": "text?",
        "to": "text?", "source": "text?",
    },
    "canned": {"group": _TEXT, "title": _TEXT, "text": _TEXT},
    "hours": {"week": _TEXTS},
    "notice": {"title": _TEXT, "text": _TEXT, "area": "text?", "lines": "texts?", "from": "text?", "to": "text?"},
    "case": {"intent": _TEXT, "entities": "mapping?"},
}  # fmt: skip
_MAY_BREAK = frozenset(
    {("intent", "description"), ("faq", "answer"), ("intent", "answer"), ("canned", "text"), ("notice", "text")}
)


# (code, field, facts)
Found = Iterator[tuple[str, str | None, dict[str, object]]]


def problem(kind: str, key: str, code: str, name: str | None = None, /, **facts: object) -> Problem:
    """A problem with its sentence; `name` is the field."""
    texts = content("knowledge_files")
    called = texts["fields"].get(name, name)
    return Problem(kind, key, code, texts["problems"][code].format(key=key, field=called, **facts), name)


def misshapen(change: Change) -> list[Problem]:
    """Why the change's value is none of its kind: before this is empty, nothing else may look at it."""
    found = _shape(change.kind, change.value)
    return [problem(change.kind, change.key, code, name, **facts) for code, name, facts in found]


def _shape(kind: str, value: Value | None) -> Found:
    if value is None:
        return
    if odd := [name for name, held in value.items() if not _is_plain(held)]:
        yield "shape", odd[0], {}
        return
    if kind == "offer":
        for name, held in value.items():
            yield from characters(kind, name, held)
        return
    shape = _SHAPES[kind]
    for name in value:
        if name not in shape:
            yield "field_unknown", None, {"name": name}
    for name, wanted in shape.items():
        held = value.get(name)
        if held is None:
            if not wanted.endswith("?"):
                yield "empty", name, {}
        elif not _is(wanted.rstrip("?"), held):
            yield "shape", name, {}
        else:
            yield from characters(kind, name, held)
    answer = value.get("answer")
    if kind == "intent" and isinstance(answer, dict) and not _is_answer(answer):
        yield "shape", "answer", {}


def _is_plain(held: Any, deepest: int = DEEPEST) -> bool:
    """Whether JSON holds it: no number without end, for one, which pages and databases refuse."""
    if isinstance(held, dict):
        return all(isinstance(name, str) for name in held) and _is_plain(list(held.values()), deepest)
    if isinstance(held, list):
        return deepest > 0 and all(_is_plain(one, deepest - 1) for one in held)
    return held is None or isinstance(held, (str, int)) or (isinstance(held, float) and math.isfinite(held))


def _is(wanted: str, held: Any) -> bool:
    if wanted == _TEXT:
        return isinstance(held, str)
    if wanted == _TEXTS:
        return isinstance(held, list) and all(isinstance(one, str) for one in held)
    return isinstance(held, dict)


def _is_answer(answer: Value) -> bool:
    if answer.get("kind") == "action":
        return isinstance(answer.get("action"), str)
    variants = answer.get("variants")
    return answer.get("kind") == "text" and isinstance(variants, list) and all(map(_is_variant, variants))


def _is_variant(variant: Any) -> bool:
    if not isinstance(variant, dict) or not isinstance(variant.get("text"), str):
        return False
    buttons, when = variant.get("buttons") or [], variant.get("when") or {}
    if not isinstance(buttons, list) or not isinstance(when, dict):
        return False
    return all(map(_is_button, buttons)) and all(_is(_TEXTS, entries or []) for entries in when.values())


def _is_button(button: Any) -> bool:
    return isinstance(button, dict) and all(isinstance(button.get(name), str) for name in ("title", "payload"))


def characters(kind: str, name: str, held: Any) -> Found:
    """What no file can hold, and breaks of lines and tabs where a text is one line."""
    breaks = (kind, name) in _MAY_BREAK
    if any(is_odd(text) or (not breaks and _BREAKS.search(text.strip())) for text in _texts(held)):
        yield "characters", name, {}


def is_odd(text: str) -> bool:
    """Whether a text has characters that nobody sees or that mean something to a reader of the file."""
    return _ODD.search(text) is not None


def _texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, (list, dict)):
        for one in held.values() if isinstance(held, dict) else held:
            yield from _texts(one)
