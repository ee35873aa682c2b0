"""Objects as rows of a sheet: which columns a kind has, and what stands in a cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import yaml

from knowledge_base.authoring.changes import Value
from knowledge_base.authoring.content_files import plain
from knowledge_base.authoring.shapes import DEEPEST
from knowledge_base.authoring.yaml_text import flowing, load

# What a spreadsheet takes for a formula at the beginning of a cell (OWASP, CSV injection), and the mark itself.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BUTTON = re.compile(r"(.+?)\s*\|\s*(\S.*)")

Cells = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """How a field stands in a cell: to text, and back. The latter raises ValueError."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _text(cell: Any) -> str:
    """What was typed, also where the spreadsheet made a number or a date of it."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\r\n", "\n").strip()


def _lines(cell: Any) -> list[str]:
    return [line.strip() for line in _text(cell).split("\n") if line.strip()]


def _whole(cell: Any) -> int:
    return int(_text(cell))


def _flag(cell: Any) -> bool:
    text = _text(cell).lower()
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _structure(cell: Any) -> Any:
    try:
        found = foreign(_text(cell))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    if not isinstance(found, (dict, list)):
        raise ValueError(cell)
    return found


def _button(line: str) -> Value:
    found = _BUTTON.fullmatch(line)
    if found is None:
        raise ValueError(line)
    return {"title": found[1], "payload": found[2]}


def foreign(text: str) -> Any:
    """What YAML from outside holds, as JSON has it. Raises ValueError and yaml.YAMLError."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        # A few lines with aliases can mean more than any memory holds.
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            raise ValueError("too deep, or an alias")
    return plain(load(text))


TEXT = Form(str, _text)
LINES = Form("\n".join, _lines)
_WHOLE = Form(int, _whole)
_FLAG = Form(lambda value: "true" if value else "false", _flag)
_STRUCTURE = Form(flowing, _structure)
_STRUCTURES = Form(
    lambda value: "\n".join(map(flowing, value)), lambda cell: [_structure(line) for line in _lines(cell)]
)
_BUTTONS = Form(
    lambda value: "\n".join(f"{one['title']} | {one['payload']}" for one in value),
    lambda cell: [_button(line) for line in _lines(cell)],
)

# kind → column → its form, in their order; the key comes first.
COLUMNS: dict[str, dict[str, Form]] = {
    "intent": {
        "title": TEXT, "description": TEXT, "examples": LINES, "action": TEXT, "text": TEXT, "buttons": _BUTTONS,
        "levels": LINES, "products": LINES,
    },
    "faq": {
        "question": TEXT, "also": LINES, "answer": TEXT, "topic": TEXT, "journey": TEXT, "from": TEXT, "to": TEXT,
        "source": TEXT,
    },
    "offer": {
        "kind": TEXT, "title": TEXT, "benefit": TEXT, "price": TEXT, "cost": _WHOLE, "months": _WHOLE, "from": TEXT,
        "until": TEXT, "moments": LINES, "open_to_everyone": _FLAG, "for": _STRUCTURE, "excludes": LINES,
        "prior": _STRUCTURE, "keeps": _STRUCTURE, "script": LINES, "objections": _STRUCTURES, "order": _STRUCTURE,
        "callback": _FLAG,
    },
    "canned": {"group": TEXT, "title": TEXT, "text": TEXT},
    "hours": dict.fromkeys(_DAYS, TEXT),
    "notice": {"title": TEXT, "text": TEXT, "area": TEXT, "lines": LINES, "from": TEXT, "to": TEXT},
    "case": {"intent": TEXT, "entities": _STRUCTURE},
}  # fmt: skip
# Of a further row of an intent, which holds one more variant of its answer.
_OF_VARIANT = ("text", "buttons", "levels", "products")


def rows(kind: str, value: Value) -> list[Cells]:
    """The rows of an object, without its key: one, and of an intent one for each variant of its answer."""
    if kind == "hours":
        return [dict(zip(_DAYS, value["week"], strict=True))]
    if kind != "intent":
        return [dict(value)]
    own: Cells = {name: value[name] for name in ("title", "description", "examples")}
    answer = value["answer"]
    if answer["kind"] == "action":
        return [{**own, "action": answer["action"]}]
    further = [{**variant, **(variant["when"] or {})} for variant in answer["variants"]]
    return [{**own, **further[0]}, *further[1:]]


def value_of(kind: str, held: Sequence[Cells]) -> Value:
    """An object from its rows. Raises ValueError with the column when they do not fit."""
    first = held[0]
    if kind == "hours":
        return {"week": [first.get(day, "") for day in _DAYS]}
    if kind != "intent":
        return dict(first)
    own: Cells = {name: first[name] for name in ("title", "description", "examples") if name in first}
    if "action" in first:
        if any(name in one for one in held for name in _OF_VARIANT):
            raise ValueError("action")
        return {**own, "answer": {"kind": "action", "action": first["action"]}}
    return {**own, "answer": {"kind": "text", "variants": [_variant(one) for one in held]}}


def is_further(kind: str, held: Mapping[str, Any]) -> bool:
    """Whether a row is a further variant of the intent above it."""
    return kind == "intent" and not held.keys() - set(_OF_VARIANT)


def _variant(held: Cells) -> Value:
    when = {name: held.get(name, []) for name in ("levels", "products")}
    return {
        "text": held.get("text", ""),
        "buttons": held.get("buttons", []),
        "when": when if any(when.values()) else None,
    }


def cell(form: Form, value: Any) -> Any:
    """What stands in a cell: never a formula; None for what is empty."""
    if value is None or value in ("", [], {}):
        return None
    written = form.write(value)
    return f"'{written}" if isinstance(written, str) and written.startswith(_FORMULA) else written


def uncelled(form: Form, held: Any) -> Any:
    """What a cell holds; None for an empty one. Raises ValueError."""
    if isinstance(held, str) and held.startswith("'") and held[1:].startswith(_FORMULA):
        held = held[1:]
    if held is None or (isinstance(held, str) and not held.strip()):
        return None
    return form.read(held)
