"""The operator's catalogue as agents search it. All functions block."""

from typing import Any

from bss import catalogue
from bss.catalogue import Offering
from desk.workbench.asking import asking
from desk.workbench.kept import Kept
from knowledge_base.content import content

_KEPT: Kept[list[Offering]] = Kept(60.0, most=1)
_SECONDS = 4.0
# What an agent may put to a customer by itself; offers to keep somebody come with their rules, lines with an engineer.
ORDERED = ("plan", "addon", "vas")
_SHOWN = 50


def offerings() -> list[Offering]:
    """All offerings, at most a minute old. Raises what `bss.http.call` raises."""
    known = _KEPT.get("all")
    return known if known is not None else _KEPT.put("all", catalogue.offerings())


def offered(one: Offering) -> bool:
    """Whether an agent may propose it."""
    return one.sold and one.orderable and one.kind in ORDERED


def search(words: str) -> list[dict[str, Any]]:
    """What is sold and has all of these words in its name, id or description. Raises Refused."""
    with asking("catalogue", _SECONDS):
        every = offerings()
    wanted = words.lower().split()
    found = [
        one
        for one in every
        if offered(one) and all(word in f"{one.id} {one.name} {one.description}".lower() for word in wanted)
    ]
    titles = content("workbench")["customer"]["offering_kinds"]
    return [
        {
            "id": one.id,
            "name": one.name,
            "kind": one.kind,
            "kind_title": titles.get(one.kind, one.kind),
            "fee": one.fee,
            "description": one.description,
        }
        for one in found[:_SHOWN]
    ]
