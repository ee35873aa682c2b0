"""TMF683: contacts with customers. What is completed stays completed."""

from __future__ import annotations

from sandbox import times
from sandbox.documents import Document
from sandbox.rules import RULES, Rules
from sandbox.states import moves, refuse_if_final, require_move
from sandbox.store import Transaction

MOVES = moves(open="inProgress completed", inProgress="completed open", completed="")


def _create(transaction: Transaction, interaction: Document) -> Document:
    now = times.stamp(transaction.now())
    return interaction | {"creationDate": now, "statusChangeDate": now}


def _change(transaction: Transaction, before: Document, after: Document) -> Document:
    refuse_if_final(MOVES, before, "status")
    # The specification leaves the states open; only its own examples have an order.
    if before["status"] in MOVES:
        require_move(MOVES, before["status"], after["status"])
    after |= {"creationDate": before["creationDate"]}
    if after["status"] != before["status"]:
        after["statusChangeDate"] = times.stamp(transaction.now())
    return after


def register() -> None:
    """Puts the rules of this API in force."""
    RULES["683", "partyInteraction"] = Rules(prefix="PI", create=_create, change=_change)
