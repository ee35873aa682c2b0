"""Where an intent is used: in objects that editors move with it, and in what only developers change."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.authoring.changes import Objects, Value
from knowledge_base.authoring.documents import ANSWERS, CONTENT, DOMAIN, INTENTS, RULES
from knowledge_base.authoring.intent_files import blocks, own_response, rule_actions, utter
from knowledge_base.content import content

# Rooms whose code may name an intent or a response; tests and what edits knowledge do not count.
CODE = ("actions", "bot", "bss", "desk", "knowledge_base", "language")
_NOT_CODE = ("knowledge_base/authoring/",)
_PAYLOAD = re.compile(r"/([A-Za-z_]\w*)(?:\{.*\})?", re.DOTALL)
# Fields and files in which objects name intents.
_OF_OBJECTS = frozenset({INTENTS, ANSWERS, CONTENT + "faq.yml", CONTENT + "cases.yml", CONTENT + "knowledge_files.yml"})
_SKILLS = CONTENT + "skills.yml"


@dataclass(frozen=True)
class Place:
    """Where something is used and what is there, in words; `blocking` where no change of objects can move it."""

    where: str
    what: str
    blocking: bool = False


def said(code: str, **facts: object) -> str:
    """A sentence about a place."""
    sentence: str = content("knowledge_files")["places"][code]
    return sentence.format(**facts)


def intent_of(payload: str) -> str | None:
    """The intent that a button's payload means, `/name` or `/name{…}`; None for another payload.

    >>> intent_of('/query_bill{"month": 9}'), intent_of("desk:unbind")
    ('query_bill', None)
    """
    found = _PAYLOAD.fullmatch(payload)
    return found[1] if found else None


def buttons_of(value: Value) -> Iterator[Value]:
    """The buttons of an intent's answer."""
    for variant in value["answer"].get("variants") or []:
        yield from variant["buttons"]


def in_objects(objects: Objects, name: str) -> Iterator[Place]:
    """Entries, buttons and fixed cases that name an intent."""
    for key, value in objects["faq"].items():
        for field in ("topic", "journey"):
            if value.get(field) == name:
                yield Place(f"{CONTENT}faq.yml: {key}", said(field, title=value["question"]))
    for key, value in objects["intent"].items():
        for button in buttons_of(value):
            if key != name and intent_of(button["payload"]) == name:
                yield Place(key, said("button", title=value["title"] or key, button=button["title"]))
    for key, value in objects["case"].items():
        if value["intent"] == name:
            yield Place(f"{CONTENT}cases.yml", said("case", sentence=key))


def own(loaded: Mapping[str, Any], name: str) -> Iterator[Place]:
    """What makes the intent: its rule, its response, its sentences by file."""
    for _, intent, action in rule_actions(loaded):
        if intent == name:
            yield Place(RULES, said("rule", action=action))
    if own_response(loaded, name) is not None:
        yield Place(f"{DOMAIN}: {utter(name)}", said("response"))
    counts: dict[str, int] = {}
    for path, _, intent, sentences in blocks(loaded):
        if intent == name:
            counts[path] = counts.get(path, 0) + len(sentences)
    yield from (Place(path, said("examples", count=count)) for path, count in counts.items())
    for group in (loaded.get(_SKILLS) or {}).get("groups") or []:
        begins = next((one for one in group.get("intents") or [] if one and name.startswith(one) and name != one), None)
        if begins:
            yield Place(_SKILLS, said("begins", group=group["group"], begins=begins))


def fixed(loaded: Mapping[str, Any], root: Path, name: str) -> Iterator[Place]:
    """What only developers change: other rules and responses, content that is no object, code."""
    plain = {place for place, intent, _ in rule_actions(loaded) if intent == name}
    for place, rule in enumerate((loaded.get(RULES) or {}).get("rules") or []):
        if place not in plain and any(_names(value, name) for _, value in _scalars(rule.get("steps"))):
            yield Place(f"{RULES}: {rule.get('rule')}", said("content"), blocking=True)
    domain = loaded.get(DOMAIN) or {}
    for response, variants in (domain.get("responses") or {}).items():
        if own_response(loaded, response.removeprefix("utter_")) is None:
            for variant in variants or []:
                for button in variant.get("buttons") or []:
                    if intent_of(str(button.get("payload"))) == name:
                        told = said("response_button", name=response, button=button.get("title"))
                        yield Place(f"{DOMAIN}: {response}", told, blocking=True)
    rest = {key: value for key, value in domain.items() if key not in ("intents", "responses", "entities", "slots")}
    others = {path: value for path, value in loaded.items() if path.startswith(CONTENT) and path not in _OF_OBJECTS}
    for path, held in {DOMAIN: rest, **others}.items():
        for where, value in _scalars(held):
            if _names(value, name):
                yield Place(f"{path}: {where}", said("content"), blocking=True)
    yield from in_code(root, name)


def in_code(root: Path, name: str) -> Iterator[Place]:
    """The lines of code in which a text is the intent's name, or a payload that means it."""
    for path, text in sources(root).items():
        if name in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _names(node.value, name):
                    yield Place(f"{path}:{node.lineno}", said("code"), blocking=True)


def sources(root: Path) -> dict[str, str]:
    """path → text of the code that may name an intent."""
    found = sorted(path for room in CODE for path in (root / room).rglob("*.py"))
    named = {path.relative_to(root).as_posix(): path for path in found}
    return {name: path.read_text(encoding="utf-8") for name, path in named.items() if not name.startswith(_NOT_CODE)}


def _names(value: object, name: str) -> bool:
    return isinstance(value, str) and (value == name or intent_of(value) == name)


def _scalars(value: Any, where: str = "") -> Iterator[tuple[str, object]]:
    """(place, text) of all scalars, keys of mappings too."""
    if isinstance(value, dict):
        for key, entry in value.items():
            place = f"{where}.{key}" if where else str(key)
            yield place, key
            yield from _scalars(entry, place)
    elif isinstance(value, list):
        for entry in value:
            yield from _scalars(entry, where)
    else:
        yield where, value
