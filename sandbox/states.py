"""State machines: which moves a resource may make."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.documents import Document
from sandbox.errors import ApiError

Moves = Mapping[str, frozenset[str]]


def moves(**table: str) -> Moves:
    """A machine from ``state="next other"``; a state with no next is final."""
    return {state: frozenset(following.split()) for state, following in table.items()}


def require_move(machine: Moves, before: str, after: str) -> None:
    """Does nothing when the state stays or may change so.

    Raises:
        ApiError: 409 naming what would be possible.
    """
    possible = machine.get(before, frozenset())
    if after != before and after not in possible:
        named = ", ".join(sorted(possible)) or "nothing: it is final"
        raise ApiError(409, f"{before} cannot become {after}, only {named}", code="illegalTransition")


def refuse_if_final(machine: Moves, document: Document, state: str) -> None:
    """Does nothing for a document that may still change.

    Raises:
        ApiError: 409.
    """
    if document[state] in machine and not machine[document[state]]:
        raise ApiError(409, f"it is {document[state]}, which is final", code="illegalTransition")
