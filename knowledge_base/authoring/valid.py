"""What an object must be for its files to be usable; what is merely unwise is told by the checks."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any

from common.times import parse_iso
from knowledge_base.authoring.changes import Change, Objects, Problem, Value
from knowledge_base.authoring.content_files import DEFAULT
from knowledge_base.authoring.documents import CONTENT, DOMAIN
from knowledge_base.authoring.intent_files import domain_intents, utter
from knowledge_base.authoring.references import buttons_of, fixed, in_objects, intent_of
from knowledge_base.authoring.shapes import Found, characters, problem
from knowledge_base.hours import read_span
from knowledge_base.retention.offers import BrokenOffer, read_offers

MOST, MOST_TITLE, MOST_ANSWER, MOST_BUTTON, MOST_CASE = 500, 30, 120, 10, 100
MOST_PLACES = 5
LOOKUPS = "bot/data/lookups/"
LINES = ("broadband", "mobile", "iptv", "landline")
BLANKS = ("name", "number", "agent", "ticket")
# Intents of Rasa's own, and words that YAML has another use for.
_RESERVED = frozenset(
    {"nlu_fallback", "back", "restart", "session_start", "null", "none", "true", "false", "yes", "no"}
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_CODE = re.compile(r"[a-z][a-z0-9]{0,19}")
_OFFER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
_SPAN = re.compile(r"\d\d:\d\d-\d\d:\d\d")
_ENTITY = re.compile(r'\[[^\]]*\](?:\((\w+)|\{[^}]*"entity":\s*"(\w+)")')


class State:
    """The knowledge as it would be after the changes: its objects, and the names that they may use."""

    def __init__(self, objects: Objects, before: Objects, loaded: Mapping[str, Any], root: Path) -> None:
        self.objects = objects
        self.before = before
        self.loaded = loaded
        self.root = root

    @cached_property
    def intents(self) -> frozenset[str]:
        """All intents, those too that are only buttons."""
        gone = self.before["intent"].keys() - self.objects["intent"].keys()
        return frozenset(domain_intents(self.loaded)) - gone | self.objects["intent"].keys()

    @cached_property
    def sentences(self) -> Mapping[str, list[str]]:
        """Training sentence → intents."""
        return _by((one, key) for key, value in self.objects["intent"].items() for one in value["examples"])

    @cached_property
    def titles(self) -> Mapping[str, list[str]]:
        """Title → intents."""
        return _by((value["title"], key) for key, value in self.objects["intent"].items())

    @cached_property
    def wordings(self) -> Mapping[str, list[str]]:
        """Question or other wording → entries."""
        held = self.objects["faq"].items()
        return _by((one, key) for key, value in held for one in {value["question"], *value["also"]})

    @cached_property
    def own_responses(self) -> Mapping[str, str]:
        """Response → the intent whose answer alone it is."""
        held = self.objects["intent"].items()
        return {utter(key): key for key, value in held if value["answer"]["kind"] == "text"}

    @cached_property
    def entities(self) -> frozenset[str]:
        """Names of entities."""
        return frozenset(self.domain("entities"))

    @cached_property
    def levels(self) -> frozenset[str]:
        """The operator's words for levels."""
        return frozenset((self.loaded.get(CONTENT + "routing.yml") or {}).get("levels") or {})

    @cached_property
    def products(self) -> frozenset[str]:
        """Ids of the catalogue and what customers call them."""
        held = [entry for path in self.loaded if path.startswith(LOOKUPS) for entry in self.loaded[path]["nlu"]]
        lines = [
            line.strip().removeprefix("- ") for entry in held for line in (entry.get("examples") or "").splitlines()
        ]
        return frozenset(lines) | {str(entry["synonym"]) for entry in held if "synonym" in entry}

    def domain(self, section: str) -> list[str]:
        """Names of a section of the domain."""
        held = (self.loaded.get(DOMAIN) or {}).get(section) or []
        return [str(next(iter(one)) if isinstance(one, dict) else one) for one in held]

    def title(self, intent: str) -> str:
        """How editors call an intent."""
        return str(self.objects["intent"].get(intent, {}).get("title") or intent)


def _by(pairs: Iterable[tuple[Any, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, key in pairs:
        found.setdefault(name, []).append(key)
    return found


def _other(found: Mapping[str, list[str]], name: str, key: str) -> str | None:
    """Whose the name is besides."""
    return next((one for one in found.get(name, ()) if one != key), None)


def problems(state: State, changes: Sequence[Change]) -> list[Problem]:
    """Why these changes, whose values are canonical, cannot be made."""
    found: list[Problem] = []
    for one in changes:
        look = _removed if one.value is None else _KINDS[one.kind]
        found += [problem(one.kind, one.key, code, name, **facts) for code, name, facts in look(state, one)]
    return found


def _text(value: Value, name: str, most: int = MOST) -> Found:
    text = str(value.get(name) or "")
    if not text.strip():
        yield "empty", name, {}
    if len(text) > most:
        yield "too_long", name, {"most": most}


def _intent(state: State, change: Change) -> Found:
    name, value = change.key, change.value or {}
    if name not in state.before["intent"]:
        yield from _new_name(state, name)
    if value["title"]:
        yield from _text(value, "title", MOST_TITLE)
        if twin := _other(state.titles, value["title"], name):
            yield "title_taken", "title", {"title": value["title"], "other": twin}
    if not value["examples"]:
        yield "no_examples", "examples", {}
    for sentence in value["examples"]:
        if other := _other(state.sentences, sentence, name):
            yield "example_elsewhere", "examples", {"sentence": sentence, "other": state.title(other)}
        if len(sentence) > MOST or not sentence:
            yield ("too_long" if sentence else "empty"), "examples", {"most": MOST}
        for found in _ENTITY.finditer(sentence):
            if (entity := found[1] or found[2]) not in state.entities:
                yield "entity_unknown", "examples", {"sentence": sentence, "name": entity}
    yield from _answer(state, name, value)


def _new_name(state: State, name: str) -> Found:
    if not _NAME.fullmatch(name):
        yield "name_form", None, {}
        return
    others = sorted(state.intents - {name})
    if name in _RESERVED or name in domain_intents(state.loaded):
        yield "name_reserved", None, {}
    for other in others:
        if name.startswith(other) and name[len(other)] != "_":
            yield "name_begins", None, {"other": other}
    heads = [other for other in others if other.startswith(name)]
    if heads:
        yield "name_heads", None, {"other": heads[0]}


def _answer(state: State, name: str, value: Value) -> Found:
    answer = value["answer"]
    if answer["kind"] == "action":
        yield from _action(state, answer["action"])
        return
    variants = answer["variants"]
    if sum(variant["when"] is None for variant in variants) != 1:
        yield "variants_default", "answer", {}
    for variant in variants:
        yield from ((code, "answer", facts) for code, _, facts in _text(variant, "text"))
        if re.search(r"[{}]", variant["text"]):
            yield "text_blank", "answer", {}
        when = variant["when"] or {"levels": [], "products": []}
        for known, named in ((state.levels, when["levels"]), (state.products, when["products"])):
            for one in named:
                if known and one not in known:
                    yield "choice_unknown", "answer", {"name": one}
    for button in buttons_of(value):
        if not 0 < len(button["title"].strip()) <= MOST_BUTTON:
            yield "button_title", "answer", {"title": button["title"], "most": MOST_BUTTON}
        if intent_of(button["payload"]) not in state.intents:
            yield "button_payload", "answer", {"title": button["title"], "payload": button["payload"]}


def _action(state: State, action: str) -> Found:
    responses = (state.loaded.get(DOMAIN) or {}).get("responses") or {}
    owner = state.own_responses.get(action)
    if owner is not None:
        yield "answer_shared", "answer", {"name": action, "other": state.title(owner)}
    elif action not in state.domain("actions") and action not in responses:
        yield "action_unknown", "answer", {"name": action}


def _faq(state: State, change: Change) -> Found:
    value = change.value or {}
    if change.key not in state.before["faq"] and not _ID.fullmatch(change.key):
        yield "id_form", None, {}
    yield from _text(value, "question")
    yield from _text(value, "answer", MOST_ANSWER)
    for wording in dict.fromkeys([value["question"], *value["also"]]):
        name = "question" if wording == value["question"] else "also"
        if other := _other(state.wordings, wording, change.key):
            title = state.objects["faq"][other]["question"]
            yield "wording_elsewhere", name, {"sentence": wording, "other": title}
        elif name == "also" and not wording.strip():
            yield "empty", name, {}
    for name in ("topic", "journey"):
        if name == "topic" and not value.get(name):
            yield "topic_missing", name, {}
        elif value.get(name) is not None and value[name] not in state.intents:
            yield "intent_unknown", name, {"name": value[name]}
    yield from _span(value, ("from", "to"), _day, "date_form")


def _day(text: str) -> date:
    read = date.fromisoformat(text)
    if read.isoformat() != text:
        raise ValueError(text)
    return read


def _span(value: Value, names: tuple[str, str], read: Callable[[str], Any], code: str) -> Found:
    bounds = []
    for name in names:
        if value.get(name) is not None:
            try:
                bounds.append(read(value[name]))
            except (ValueError, TypeError):
                yield code, name, {}
    if len(bounds) == 2 and bounds[1] < bounds[0]:
        yield "date_order", names[1], {}


def _moment(text: str) -> datetime:
    if "T" not in text:
        raise ValueError(text)
    return parse_iso(text)


def _offer(state: State, change: Change) -> Found:
    if change.key not in state.before["offer"] and not _OFFER_ID.fullmatch(change.key):
        yield "id_form", None, {}
    value = dict(change.value or {})
    if wrong := [*_span(value, ("from", "until"), _day, "date_form")]:
        yield from wrong
        return
    for name in ("from", "until"):
        try:
            value[name] = _day(value.get(name) or "")
        except (TypeError, ValueError):
            return
    try:
        read_offers({"offers": [{"id": change.key, **value}]})
    except BrokenOffer as broken:
        yield "offer_field", str(broken).split(": ")[2], {}


def _canned(state: State, change: Change) -> Found:
    value = change.value or {}
    if change.key not in state.before["canned"] and not _CODE.fullmatch(change.key):
        yield "code_form", None, {}
    for name in ("group", "title"):
        yield from _text(value, name, MOST_TITLE)
    yield from _text(value, "text")
    try:
        names = {name for _, name, _, _ in Formatter().parse(value["text"]) if name is not None}
    except ValueError:
        names = {"…"}
    for name in sorted(names - set(BLANKS)):
        yield "blank_unknown", "text", {"name": name, "known": " ".join(f"{{{one}}}" for one in BLANKS)}


def _hours(state: State, change: Change) -> Found:
    groups = {one["group"] for one in (state.loaded.get(CONTENT + "skills.yml") or {}).get("groups") or []}
    if change.key != DEFAULT and change.key not in groups:
        yield "group_unknown", None, {}
    week = (change.value or {})["week"]
    if len(week) != 7 or not all(map(_is_span, week)):
        yield "week_form", "week", {"week": "、".join(week)}


def _is_span(written: str) -> bool:
    try:
        span = read_span(written)
    except ValueError:
        return False
    ends_with_the_day = written.endswith("-24:00")
    return span is None or (_SPAN.fullmatch(written) is not None and (ends_with_the_day or span[0] < span[1]))


def _notice(state: State, change: Change) -> Found:
    value = change.value or {}
    if change.key not in state.before["notice"] and not _ID.fullmatch(change.key):
        yield "id_form", None, {}
    yield from _text(value, "title", MOST_TITLE)
    yield from _text(value, "text")
    for one in value.get("lines") or []:
        if one not in LINES:
            yield "choice_unknown", "lines", {"name": one}
    yield from _span(value, ("from", "to"), _moment, "time_form")


def _case(state: State, change: Change) -> Found:
    value = change.value or {}
    if not change.key.strip() or change.key != change.key.strip():
        yield "empty", "sentence", {}
    if len(change.key) > MOST_CASE:
        yield "too_long", "sentence", {"most": MOST_CASE}
    yield from characters("case", "sentence", change.key)
    if value["intent"] not in state.intents:
        yield "intent_unknown", "intent", {"name": value["intent"]}
    for name in value.get("entities") or {}:
        if name not in state.entities:
            yield "choice_unknown", "entities", {"name": name}


def _removed(state: State, change: Change) -> Found:
    if change.kind == "hours" and change.key == DEFAULT:
        yield "default_needed", None, {}
    if change.kind != "intent":
        return
    left = [*in_objects(state.objects, change.key), *fixed(state.loaded, state.root, change.key)]
    if left:
        told = "；".join(f"{place.where}（{place.what}）" for place in left[:MOST_PLACES])
        yield "intent_used", None, {"places": told}


_KINDS: Mapping[str, Callable[[State, Change], Found]] = {
    "intent": _intent,
    "faq": _faq,
    "offer": _offer,
    "canned": _canned,
    "hours": _hours,
    "notice": _notice,
    "case": _case,
}
