"""Known outages by area: a small resource of the operator beside the TM Forum APIs (see docs/sandbox.md)."""

from dataclasses import dataclass
from datetime import datetime

from bss.errors import ContractBroken
from bss.http import call
from bss.shape import member, moment, objects, optional, text


@dataclass(frozen=True)
class Outage:
    """Something that is broken for a whole area; `lines` are the kinds of line (`Line.kind`) that suffer."""

    id: str
    area: str
    lines: tuple[str, ...]
    description: str
    since: datetime
    expected: datetime | None


def outages(area: str) -> list[Outage]:
    """What is broken in an area, given by its name or code. Raises what `call` raises."""
    return [
        Outage(
            id=text(entry, "id"),
            area=text(entry, "area"),
            lines=_texts(member(entry, "lineTypes")),
            description=text(entry, "description"),
            since=moment(entry, "startedAt"),
            expected=moment(entry, "expectedRecovery") if optional(entry, "expectedRecovery") else None,
        )
        for entry in objects(call("outage", "GET", "/outage", params={"area": area}).body)
    ]


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ContractBroken("a list of texts was promised")
    return tuple(values)
