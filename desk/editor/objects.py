"""Objects of knowledge as lists and one by one, in a draft or as they are live. All functions block."""

from collections.abc import Mapping
from typing import Any

from common.database import reading
from desk.editor import drafts, knowledge, people
from desk.editor.people import Shown
from desk.errors import Refused
from knowledge_base.authoring import drafts as stored
from knowledge_base.authoring.changes import Value
from knowledge_base.authoring.diff import title_of
from knowledge_base.authoring.models import Draft
from knowledge_base.content import content, intent_title


def listed(kind: str, q: str, draft: int | None, offset: int, limit: int) -> Shown:
    """A page of the objects of a kind that have some words, those of a draft as it has them; in the files' order.

    Raises Refused.
    """
    knowledge.known(kind)
    on = knowledge.upon([]) if draft is None else drafts.upon(draft)
    live = on.live.objects[kind]
    changed = {one.key: one for one in on.changes if one.kind == kind}
    rows = []
    for key in dict.fromkeys([*live, *changed]):
        value = changed[key].value if key in changed else live[key]
        shown = value or live.get(key)
        if q and not _holds(key, shown, q):
            continue
        row: Shown = {"kind": kind, "key": key, "title": title_of(kind, key, shown), "changed": None}
        if kind == "intent":
            row["count"] = len((shown or {}).get("examples") or ())
        if key in changed:
            row["changed"] = knowledge.words_for_change(live.get(key), value)
        rows.append(row)
    return {"count": len(rows), "rows": rows[offset : offset + limit]}


def one(kind: str, key: str, draft: int | None) -> Shown:
    """An object in a draft and live, with the draft's version of it. Raises Refused when it is in neither."""
    knowledge.known(kind)
    live: Value | None
    if draft is None:
        live = knowledge.live().objects[kind].get(key)
        if live is None:
            raise Refused(404, "not_found")
        return {"value": live, "live": live, "version": 0, "author": None, "at": None, "change": None}
    with reading() as session:
        if session.get(Draft, draft) is None:
            raise Refused(404, "not_found")
        row = stored.held(session, draft, kind, key)
        author = people.names(session, [row.staff_id]).get(row.staff_id) if row is not None else None
    live = knowledge.live().objects[kind].get(key)
    if row is None:
        if live is None:
            raise Refused(404, "not_found")
        return {"value": live, "live": live, "version": 0, "author": None, "at": None, "change": None}
    return {
        "value": row.value,
        "live": live,
        "version": row.version,
        "author": author,
        "at": people.stamp(row.at),
        "change": knowledge.words_for_change(live, row.value),
    }


def words() -> Mapping[str, list[Shown]]:
    """What may be chosen in forms: entities, levels, products, skill groups, what an intent may lead to, reasons."""
    live = knowledge.live()
    domain = live.loaded["domain.yml"]
    led_to = {str(one["answer"]["action"]) for one in live.objects["intent"].values() if one["answer"].get("action")}
    texts, products = content("editor"), _products(live.loaded)
    return {
        "entities": _named(_entities(domain, texts["inner"]), texts["entities"]),
        "levels": _named(content("routing")["levels"], {}),
        "products": _named(products, products),
        "groups": _named(content("chats")["groups"], content("chats")["groups"]),
        "actions": _named(sorted(led_to), _titles_of_actions(live.objects["intent"])),
        "reasons": _named(texts["reasons"], texts["reasons"]),
        "canned": _named(dict.fromkeys(one["group"] for one in live.objects["canned"].values()), {}),
    }


def intents() -> list[Shown]:
    """Intents that have a title, as an agent chooses what a customer meant."""
    found = ((key, intent_title(key)) for key in knowledge.live().objects["intent"])
    return [{"name": key, "title": title} for key, title in found if title is not None]


def _holds(key: str, value: Value | None, q: str) -> bool:
    return q.lower() in key.lower() or any(q.lower() in text.lower() for text in _texts(value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


def _entities(domain: Mapping[str, Any], inner: list[str]) -> list[str]:
    """Those of the domain that somebody can say."""
    found = [next(iter(one)) if isinstance(one, dict) else str(one) for one in domain.get("entities") or []]
    return [one for one in found if one not in inner]


def _products(loaded: Mapping[str, Any]) -> dict[str, str]:
    """Ids of the catalogue and how they are called, as the lookup files have them."""
    return {
        str(entry["synonym"]): str(entry["examples"]).splitlines()[0].removeprefix("- ")
        for path, document in loaded.items()
        if path.startswith("bot/data/lookups/")
        for entry in document.get("nlu") or []
        if "synonym" in entry
    }


def _titles_of_actions(intents: Mapping[str, Value]) -> dict[str, str]:
    """An action by the titles of the intents that lead to it."""
    found: dict[str, list[str]] = {}
    for key, value in intents.items():
        if value["answer"].get("action"):
            found.setdefault(str(value["answer"]["action"]), []).append(title_of("intent", key, value))
    return {action: "、".join(titles[:3]) for action, titles in found.items()}


def _named(names: Any, titles: Mapping[str, str]) -> list[Shown]:
    return [{"name": str(name), "title": str(titles.get(name, name))} for name in names]
