"""List queries: ``fields``, ``offset``, ``limit``, ``sort`` and attribute filters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlsplit

from sandbox import times
from sandbox.documents import Document, values_at
from sandbox.errors import ApiError
from sandbox.store import INDEXED, Transaction

DEFAULT_LIMIT = 500
MAX_LIMIT = 1000
# SQLite and PostgreSQL count rows in 64 bits.
_LARGEST = 2**62
_INTEGER = re.compile(r"-?\d{1,1000}", re.ASCII)

_COMPARISONS = {"gt": lambda sign: sign > 0, "gte": lambda sign: sign >= 0}
_COMPARISONS |= {"lt": lambda sign: sign < 0, "lte": lambda sign: sign <= 0}


@dataclass(frozen=True)
class Filter:
    """``path`` must have one of ``values`` (``comparison`` None), or compare so with the first of them."""

    path: str
    comparison: str | None
    values: tuple[str, ...]

    def accepts(self, document: Document) -> bool:
        """Whether any value that the path reaches will do."""
        return any(self._accepts_value(value) for value in values_at(document, self.path))

    def _accepts_value(self, value: object) -> bool:
        if self.comparison is None:
            return any(_equal(value, wanted) for wanted in self.values)
        sign = _compare(value, self.values[0])
        return sign is not None and _COMPARISONS[self.comparison](sign)


@dataclass(frozen=True)
class ListQuery:
    """What a GET on a collection asks for."""

    fields: frozenset[str] | None
    offset: int
    limit: int
    sort: tuple[str, ...]
    filters: tuple[Filter, ...]

    def run(self, transaction: Transaction, api: str, kind: str) -> tuple[list[Document], int]:
        """The page that was asked for, and how many documents match in all."""
        if not self.filters and not self.sort:
            return transaction.page(api, kind, self.offset, self.limit)
        where = {
            item.path: [*item.values, *_alternatives(item.values)]
            for item in self.filters
            if item.path in INDEXED and item.comparison is None
        }
        found = [
            document
            for document in transaction.search(api, kind, where)
            if all(item.accepts(document) for item in self.filters)
        ]
        for name in reversed(self.sort):
            _sort(found, name)
        return found[self.offset : self.offset + self.limit], len(found)


def parse(parameters: Sequence[tuple[str, str]]) -> ListQuery:
    """Reads the query string's pairs.

    Raises:
        ApiError: 400 when ``offset`` or ``limit`` is no integer.
    """
    ordered = sorted(parameters, key=lambda pair: pair[0])
    values = {name: tuple(value for _, value in pairs) for name, pairs in groupby(ordered, key=lambda pair: pair[0])}
    limit = _integer(values.pop("limit", (str(DEFAULT_LIMIT),)), "limit")
    offset = _integer(values.pop("offset", ("0",)), "offset")
    sort = tuple(name for text in values.pop("sort", ()) for name in text.split(",") if name.strip("+- "))
    return ListQuery(
        fields=parse_fields(values.pop("fields", ())),
        offset=offset,
        limit=min(limit, MAX_LIMIT),
        sort=sort,
        filters=tuple(_filter(name, given) for name, given in values.items()),
    )


def parse_fields(texts: Sequence[str]) -> frozenset[str] | None:
    """The first-level attributes to show, or None for all; ``a.b`` shows all of ``a``."""
    names = {name.strip().split(".")[0] for text in texts for name in text.split(",")} - {""}
    return frozenset(names) if names else None


def _integer(texts: tuple[str, ...], name: str) -> int:
    text = texts[-1]
    if len(texts) > 1 or not _INTEGER.fullmatch(text):
        raise ApiError(400, f"{name} must be an integer", code="invalidQuery")
    # A negative number is an honest way to ask for the beginning.
    return min(max(int(text), 0), _LARGEST)


def _filter(name: str, values: tuple[str, ...]) -> Filter:
    path, _, suffix = name.rpartition(".")
    if path and suffix in _COMPARISONS:
        return Filter(path, suffix, values)
    return Filter(name, None, values)


def _alternatives(values: tuple[str, ...]) -> list[str]:
    return [part for value in values if "," in value for part in value.split(",")]


def _equal(value: object, wanted: str) -> bool:
    if isinstance(value, bool):
        return str(value).lower() == wanted.lower()
    if isinstance(value, str):
        if value == wanted or ("," in wanted and value in wanted.split(",")):
            return True
        if value.startswith("/") and "://" in wanted:  # a link: kept without its host, shown with it
            return value == urlsplit(wanted).path
        moment = _moment(value)
        return moment is not None and moment == times.parse_loosely(wanted)
    return isinstance(value, int | float) and _compare(value, wanted) == 0


def _compare(value: object, wanted: str) -> int | None:
    """-1, 0 or 1 as the value is less than, equal to or greater than the text; None when they do not compare."""
    left: float | datetime | None
    right: float | datetime | None
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            left, right = float(value), float(wanted)
        except (ValueError, OverflowError):
            return None
        return (left > right) - (left < right)
    if not isinstance(value, str):
        return None
    left, right = _moment(value), times.parse_loosely(wanted)
    if left is None or right is None:
        return (value > wanted) - (value < wanted)
    return (left > right) - (left < right)


def _moment(value: str) -> datetime | None:
    # Most texts are no dates: look before parsing.
    return times.parse_loosely(value) if value[:4].isdecimal() and value[4:5] == "-" else None


def _sort(documents: list[Document], name: str) -> None:
    """Sorts in place; ``-name`` sorts downward; what lacks the attribute comes last."""
    path = name.lstrip("+- ")

    def first(document: Document) -> object:
        return next((value for value in values_at(document, path) if isinstance(value, str | int | float)), None)

    def key(document: Document) -> tuple[int, float, str]:
        value = first(document)
        if isinstance(value, str):
            moment = _moment(value)
            return (1, moment.timestamp() if moment else 0.0, value)
        assert isinstance(value, int | float)
        return (0, float(value), "")

    present = [document for document in documents if first(document) is not None]
    missing = [document for document in documents if first(document) is None]
    documents[:] = sorted(present, key=key, reverse=name.startswith("-")) + missing
