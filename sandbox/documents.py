"""JSON documents: what every resource is, and how to walk, merge and encode one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def encode(value: object) -> str:
    """Compact JSON text with Chinese readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def decode(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: when it is not JSON, holds NaN or an infinity, or text that has no UTF-8 form.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    # A lone surrogate such as "\ud800" decodes but cannot be sent back, and 1e999 becomes an infinity.
    encode(value).encode()
    return value


def values_at(document: object, path: str) -> Iterator[object]:
    """Every value that a dotted path reaches; a list stands for each of its elements."""
    if isinstance(document, list):
        for element in document:
            yield from values_at(element, path)
    elif not path:
        yield document
    elif isinstance(document, dict):
        if path in document:
            yield from values_at(document[path], "")
            return
        head, _, tail = path.partition(".")
        if head in document:
            yield from values_at(document[head], tail)


def merged(document: Document, patch: Document) -> Document:
    """RFC 7386: objects merge, null removes, anything else replaces."""
    result = dict(document)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            below = result.get(name)
            result[name] = merged(below if isinstance(below, dict) else {}, value)
        else:
            result[name] = value
    return result


def party_id(document: Document, role: str | None = None) -> str | None:
    """The id of the first related party (with ``role``, when given), or None."""
    parties = document.get("relatedParty") or []
    for party in parties if isinstance(parties, list) else [parties]:
        if role is None or party.get("role") == role:
            return str(party["id"])
    return None


def characteristic(document: Document, name: str, attribute: str = "productCharacteristic") -> Any:
    """The value of a named characteristic, or None."""
    return next((c["value"] for c in document.get(attribute, ()) if c.get("name") == name), None)
