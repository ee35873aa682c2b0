"""What the TM Forum specifications ask of a request: paths, methods, attribute types, mandatory attributes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox import times
from sandbox.contract.build import API_NUMBERS
from sandbox.documents import Document
from sandbox.errors import ApiError

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*", re.ASCII)


@dataclass(frozen=True)
class Kind:
    """One resource of an API: methods on the collection and on one item, types of its bodies, what it consists of."""

    name: str
    collection_methods: frozenset[str]
    item_methods: frozenset[str]
    create: str | None
    update: str | None
    required: frozenset[str]
    attributes: frozenset[str]


@dataclass(frozen=True)
class Contract:
    """One API; it answers at each of its base paths, and links lead to the first."""

    api: str
    base_paths: tuple[str, ...]
    kinds: dict[str, Kind]
    events: frozenset[str]
    types: Document

    @property
    def base_path(self) -> str:
        """The one that links have."""
        return self.base_paths[0]

    def serves(self, path: str) -> bool:
        """Whether a request path belongs to this API."""
        return path.startswith(tuple(f"{base}/" for base in self.base_paths))

    def check(self, type_name: str, body: object, *, null_removes: bool = False) -> Document:
        """Returns ``body`` when it is an object of that type.

        Args:
            type_name: an entry of ``types``, such as ``TroubleTicket_Create``.
            body: a decoded JSON value.
            null_removes: accept null for any attribute that is not mandatory (RFC 7386).

        Raises:
            ApiError: 400 naming the first attribute that is missing or has the wrong type.
        """
        self._check_object(type_name, body, "body", null_removes)
        assert isinstance(body, dict)
        return body

    def _check_object(self, type_name: str, value: object, where: str, null_removes: bool) -> None:
        if not isinstance(value, dict):
            raise ApiError(400, f"{where} must be an object", code="invalidBody")
        definition = self.types[type_name]
        for name in definition["required"]:
            if name not in value:
                raise ApiError(400, f"{where}: mandatory attribute {name} is missing", code="missingAttribute")
        for name, item in value.items():
            kind = definition["attributes"].get(name)
            if kind is None or (item is None and null_removes and name not in definition["required"]):
                continue
            self._check(kind, item, name if where == "body" else f"{where}.{name}", null_removes)

    def _check(self, kind: Any, value: object, where: str, null_removes: bool) -> None:
        if isinstance(kind, list):
            if not isinstance(value, list):
                raise ApiError(400, f"{where} must be a list", code="invalidAttribute")
            if len(kind) == 2 and len(value) < kind[1]:
                raise ApiError(400, f"{where} must not be empty", code="invalidAttribute")
            for number, item in enumerate(value):
                self._check(kind[0], item, f"{where}[{number}]", null_removes)
        elif isinstance(kind, dict):
            if value not in kind["enum"]:
                raise ApiError(400, f"{where} must be one of {', '.join(kind['enum'])}", code="invalidAttribute")
        elif kind.startswith("#"):
            self._check_object(kind[1:], value, where, null_removes)
        elif not _SIMPLE[kind](value):
            raise ApiError(400, f"{where} must be of type {kind}", code="invalidAttribute")


def is_uri(value: object) -> bool:
    """Whether the value is an absolute URI (RFC 3986)."""
    return isinstance(value, str) and _URI.fullmatch(value) is not None


def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        times.parse(value)
    except (ValueError, OverflowError):
        return False
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_SIMPLE = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and value == int(value),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "any": lambda value: True,
    "date-time": _is_date_time,
    "uri": is_uri,
}


@lru_cache(maxsize=1)
def contracts() -> dict[str, Contract]:
    """All thirteen APIs by their TM Forum number."""
    loaded = {}
    for api in API_NUMBERS:
        data = json.loads(Path(__file__).with_name(f"tmf{api}.json").read_text(encoding="utf-8"))
        kinds = {
            name: Kind(
                name=name,
                collection_methods=frozenset(item["methods"][0]),
                item_methods=frozenset(item["methods"][1]),
                create=item["create"],
                update=item["update"],
                required=frozenset(item["required"]),
                attributes=frozenset(item["attributes"]),
            )
            for name, item in data["kinds"].items()
        }
        loaded[api] = Contract(api, tuple(data["basePaths"]), kinds, frozenset(data["events"]), data["types"])
    return loaded
