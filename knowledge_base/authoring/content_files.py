"""Objects of the content files: questions, offers, canned replies, hours, notices, fixed cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from knowledge_base.authoring.changes import Change, Value, canonical
from knowledge_base.authoring.documents import CONTENT, Documents
from knowledge_base.authoring.yaml_text import flowing, in_order, item, pair, scalar, update

CANNED, HOURS, CASES = CONTENT + "canned.yml", CONTENT + "hours.yml", CONTENT + "cases.yml"
DEFAULT = "default"


@dataclass(frozen=True)
class Listed:
    """A kind whose file is a list of mappings with an `id`: its fields in their order, and how they are written."""

    path: str
    top: str
    order: tuple[str, ...]
    dates: frozenset[str]
    open_lists: frozenset[str] = frozenset()


LISTED = {
    "faq": Listed(
        CONTENT + "faq.yml",
        "entries",
        ("id", "question", "also", "answer", "topic", "journey", "from", "to", "source"),
        frozenset({"from", "to"}),
    ),
    "offer": Listed(
        CONTENT + "offers.yml",
        "offers",
        ("id", "kind", "title", "benefit", "price", "cost", "months", "from", "until", "moments", "open_to_everyone",
         "for", "excludes", "prior", "keeps", "script", "objections", "order", "callback"),
        frozenset({"from", "until"}),
        frozenset({"script", "objections"}),
    ),
    "notice": Listed(
        CONTENT + "notices.yml",
        "notices",
        ("id", "title", "text", "area", "lines", "from", "to"),
        frozenset({"from", "to"}),
    ),
}  # fmt: skip


def plain(value: Any) -> Any:
    """YAML's values as JSON's: dates and times are ISO text."""
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def read_content(loaded: Mapping[str, Any]) -> dict[str, dict[str, Value]]:
    """kind → key → value, from what the files hold by path."""
    found: dict[str, dict[str, Value]] = {}
    for kind, of in LISTED.items():
        rows = _below(loaded, of.path, of.top) or []
        found[kind] = {str(row["id"]): canonical(kind, _without_id(plain(row))) for row in rows}
    found["canned"] = {
        str(row["code"]): {"group": str(group), "title": row["title"], "text": row["text"]}
        for group, rows in (_below(loaded, CANNED, "groups") or {}).items()
        for row in rows or []
    }
    hours = loaded.get(HOURS) or {}
    weeks = {DEFAULT: hours[DEFAULT]} if DEFAULT in hours else {}
    found["hours"] = {name: {"week": list(week)} for name, week in {**weeks, **(hours.get("groups") or {})}.items()}
    found["case"] = {sentence: value for sentence, value, _, _ in _cases(loaded)}
    return found


def _below(loaded: Mapping[str, Any], path: str, top: str) -> Any:
    return (loaded.get(path) or {}).get(top)


def _without_id(row: Value) -> Value:
    return {name: entry for name, entry in row.items() if name != "id"}


def _cases(loaded: Mapping[str, Any]) -> Iterator[tuple[str, Value, str, int]]:
    """(sentence, value, intent, place in its list) of each fixed case."""
    for intent, rows in (_below(loaded, CASES, "cases") or {}).items():
        for place, row in enumerate(rows or []):
            if isinstance(row, dict):
                entities = {"entities": plain(row["entities"])} if row.get("entities") else {}
                yield str(row["text"]), {"intent": str(intent), **entities}, str(intent), place
            else:
                yield str(row), {"intent": str(intent)}, str(intent), place


def write_content(documents: Documents, loaded: Mapping[str, Any], changes: list[Change]) -> None:
    """Makes the changes of these kinds; each object is changed once at most."""
    for kind in LISTED:
        _write_listed(documents, loaded, kind, {one.key: one.value for one in changes if one.kind == kind})
    groups = {"canned": _canned_rows, "case": _case_rows}
    for kind, path, top in (("canned", CANNED, "groups"), ("case", CASES, "cases")):
        own = {one.key: one.value for one in changes if one.kind == kind}
        if own:
            _write_grouped(documents, path, top, groups[kind](loaded), own, kind)
    _write_hours(documents, {one.key: one.value for one in changes if one.kind == "hours"})


def _write_listed(
    documents: Documents, loaded: Mapping[str, Any], kind: str, values: Mapping[str, Value | None]
) -> None:
    if not values:
        return
    of = LISTED[kind]
    document = documents.open(of.path)
    rows = document.top(of.top)
    places = {_text(entry, "id"): place for place, (entry, _) in enumerate(rows.entries)}
    held = {str(row["id"]): row for row in _below(loaded, of.path, of.top) or []}
    for key, value in values.items():
        if key not in places:
            if value is not None:
                row = _row(of, key, value)
                rows.add(("\n" if rows.spaced else "") + item(row, rows.indent, of.open_lists))
        elif value is None:
            rows.remove(places[key])
        else:
            node = rows.entries[places[key]][0]
            old, new = _dated(of, plain(held[key])), _row(of, key, value)
            if "also" not in held[key] and not new.get("also", True):
                del new["also"]
            update(document, node, old, new, of.order, of.open_lists)


def _row(of: Listed, key: str, value: Value) -> dict[str, Any]:
    row = {"id": key, **value}
    return _dated(of, in_order(row, of.order))


def _dated(of: Listed, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _date(entry) if name in of.dates else entry for name, entry in row.items()}


def _date(text: Any) -> Any:
    """A day or a time in the form in which YAML has it; other text stays text."""
    for kind in (date, datetime):
        try:
            read = kind.fromisoformat(text)
        except (TypeError, ValueError):
            continue
        if read.isoformat() == text:
            return read
    return text


def _text(mapping: Any, name: str) -> str | None:
    found = pair(mapping, name)
    return None if found is None else str(found[1].value)


# Rows of files in groups: key → (group, place in it).
Places = dict[str, tuple[str, int]]


def _canned_rows(loaded: Mapping[str, Any]) -> Places:
    groups = (_below(loaded, CANNED, "groups") or {}).items()
    return {str(row["code"]): (str(name), place) for name, rows in groups for place, row in enumerate(rows or [])}


def _case_rows(loaded: Mapping[str, Any]) -> Places:
    return {sentence: (intent, place) for sentence, _, intent, place in _cases(loaded)}


def _group_of(kind: str, value: Value) -> str:
    return str(value["group" if kind == "canned" else "intent"])


def _grouped_row(kind: str, key: str, value: Value) -> str:
    if kind == "canned":
        return flowing({"code": key, "title": value["title"], "text": value["text"]})
    return flowing({"text": key, "entities": value["entities"]}) if value.get("entities") else scalar(key)


def _write_grouped(
    documents: Documents, path: str, top: str, places: Places, values: Mapping[str, Value | None], kind: str
) -> None:
    document = documents.open(path)
    groups = document.top(top)
    named = {str(key.value): place for place, (key, _) in enumerate(groups.entries)}
    left = {name: sum(1 for group, _ in places.values() if group == name) for name in named}
    added: dict[str, list[str]] = {}
    removed: dict[str, list[int]] = {}
    for key, value in values.items():
        group, place = places.get(key, (None, -1))
        if value is not None and group == _group_of(kind, value):
            node = document.collection(*groups.entries[named[group]]).entries[place][0]
            document.replace(node.start_mark.index, document.after(node), _grouped_row(kind, key, value))
            continue
        if group is not None:
            removed.setdefault(group, []).append(place)
        if value is not None:
            added.setdefault(_group_of(kind, value), []).append(_grouped_row(kind, key, value))
    for name in {**removed, **added}:
        if name not in named:
            lines = "".join(f"{' ' * groups.indent}- {row}\n" for row in added[name])
            groups.add(f"{' ' * groups.indent}{scalar(name)}:\n{lines}")
        elif left[name] == len(removed.get(name, [])) and not added.get(name):
            groups.remove(named[name])
        else:
            rows = document.collection(*groups.entries[named[name]])
            for place in removed.get(name, []):
                rows.remove(place)
            for row in added.get(name, []):
                rows.add(f"{' ' * rows.indent}- {row}\n")


def _write_hours(documents: Documents, values: Mapping[str, Value | None]) -> None:
    if not values:
        return
    document = documents.open(HOURS)
    groups = document.top("groups")
    named = {str(key.value): place for place, (key, _) in enumerate(groups.entries)}
    for key, value in values.items():
        found = pair(document.root, DEFAULT) if key == DEFAULT else None
        if key in named:
            found = groups.entries[named[key]]
        if value is None:
            groups.remove(named[key])
        elif found is None:
            groups.add(f"{' ' * groups.indent}{scalar(key)}: {_week(value)}\n")
        else:
            document.replace(found[1].start_mark.index, document.after(found[1]), _week(value))


def _week(value: Value) -> str:
    """As the file has it: spans in quotes, `closed` without."""
    return "[" + ", ".join(entry if entry == "closed" else f'"{entry}"' for entry in value["week"]) + "]"
