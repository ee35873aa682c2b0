"""Reading loose JSON strictly: a field of the wrong kind is a broken contract, never a crash further on."""

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from bss.errors import ContractBroken
from common.money import fen
from common.times import SHANGHAI, parse_iso

T = TypeVar("T")


def objects(body: Any) -> list[dict[str, Any]]:
    """The body as a list of objects."""
    if not isinstance(body, list) or not all(isinstance(entry, dict) for entry in body):
        raise ContractBroken("a list of objects was promised")
    return body


def member(entry: Any, *path: str | int) -> Any:
    """The value at a path of keys and indexes. Raises ContractBroken where the path ends early."""
    for step in path:
        try:
            entry = entry[step]
        except (KeyError, IndexError, TypeError) as error:
            raise ContractBroken(f"{'.'.join(map(str, path))} is missing") from error
    return entry


def optional(entry: Any, *path: str | int) -> Any:
    """The value at a path, or None."""
    try:
        return member(entry, *path)
    except ContractBroken:
        return None


def _converted(convert: Callable[[Any], T], value: Any, what: str) -> T:
    try:
        return convert(value)
    except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise ContractBroken(f"{what} was promised") from error


def text(entry: Any, *path: str | int) -> str:
    """A text at a path."""
    value = member(entry, *path)
    if not isinstance(value, str):
        raise ContractBroken(f"{'.'.join(map(str, path))} is no text")
    return value


def moment(entry: Any, *path: str | int) -> datetime:
    """An aware time at a path."""
    # Years at the ends of the calendar cannot be shown in Shanghai's time.
    return _converted(lambda value: parse_iso(value).astimezone(SHANGHAI), member(entry, *path), "a time")


def moment_or_none(entry: Any, *path: str | int) -> datetime | None:
    """An aware time at a path, or None where nothing lies there."""
    return None if optional(entry, *path) is None else moment(entry, *path)


def day(value: Any) -> date:
    """A day (YYYY-MM-DD)."""
    return _converted(date.fromisoformat, value, "a day")


def money(entry: Any, *path: str | int) -> int:
    """Money at a path in fen, from TM Forum's Money {unit, value} or Quantity {amount, units}, both in CNY."""
    value = member(entry, *path)
    if optional(value, "unit") == "CNY":
        return _converted(fen, member(value, "value"), "money")
    if optional(value, "units") == "CNY":
        return _converted(fen, member(value, "amount"), "money")
    raise ContractBroken("money in CNY was promised")


def number(entry: Any, *path: str | int) -> float:
    """A number at a path."""
    value = member(entry, *path)
    if isinstance(value, bool):
        raise ContractBroken("a number was promised")
    found = _converted(float, value, "a number")
    if not math.isfinite(found):
        raise ContractBroken("a number was promised")
    return found


def characteristic(entry: Any, field: str, name: str) -> Any:
    """The value of a named characteristic in the list `field`, or None; the list itself may be missing."""
    for item in objects(optional(entry, field) or []):
        if optional(item, "name") == name:
            return optional(item, "value")
    return None


def related(entry: Any, field: str, role: str) -> str | None:
    """The id of what stands in a role in a list such as `relatedParty`, or None."""
    found = objects(optional(entry, field) or [])
    return next((text(item, "id") for item in found if optional(item, "role") == role), None)
