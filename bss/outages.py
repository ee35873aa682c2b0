"""Known outages by area: a small resource of the operator beside the TM Forum APIs (see docs/sandbox.md)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bss.errors import ContractBroken
from bss.http import call
from bss.shape import member, moment, moment_or_none, objects, text


@dataclass(frozen=True)
class Outage:
    """Something that is broken for a whole area; `lines` are the kinds of line (`Line.kind`) that suffer.

    `recovered` is None while it lasts.
    """

    id: str
    area: str
    lines: tuple[str, ...]
    description: str
    since: datetime
    expected: datetime | None
    recovered: datetime | None


def outages(area: str) -> list[Outage]:
    """What is broken in an area, given by its name or code. Raises what `call` raises."""
    return [_outage(entry) for entry in objects(call("outage", "GET", "/outage", params={"area": area}).body)]


def outages_at(place: str, near: str) -> list[Outage]:
    """What is broken where somebody is: a place's name as a map has it, and `latitude,longitude` in degrees.

    Either may be empty; the name counts for more. Nothing for nowhere, nor for a place where the operator has nobody.
    Raises what `call` raises.
    """
    if not place and not near:
        return []
    params = {"place": place, "near": near}
    return [_outage(entry) for entry in objects(call("outage", "GET", "/outage", params=params).body)]


def outage(outage_id: str) -> Outage:
    """How an outage stands, when it is over too. Raises NotFound, and what `call` raises."""
    return _outage(call("outage", "GET", f"/outage/{quote(outage_id, safe='')}").body)


def join(outage_id: str, line_id: str, *, idempotency_key: str) -> None:
    """Counts a line (`Line.id`) to an outage: its contact number is told by SMS when that is over.

    Raises NotFound for an unknown outage or line, Rejected with code `outageOver`, and what `call` raises.
    """
    path = f"/outage/{quote(outage_id, safe='')}/affected"
    call("outage", "POST", path, body={"line": line_id}, idempotency_key=idempotency_key)


def _outage(entry: Any) -> Outage:
    return Outage(
        id=text(entry, "id"),
        area=text(entry, "area"),
        lines=_texts(member(entry, "lineTypes")),
        description=text(entry, "description"),
        since=moment(entry, "startedAt"),
        expected=moment_or_none(entry, "expectedRecovery"),
        recovered=moment_or_none(entry, "recoveredAt"),
    )


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ContractBroken("a list of texts was promised")
    return tuple(values)
