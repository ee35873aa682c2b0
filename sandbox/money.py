"""Money: integers of fen inside, yuan with two decimals in documents."""

from __future__ import annotations

from sandbox.documents import Document


def money(fen: int) -> Document:
    """A TM Forum ``Money``."""
    return {"unit": "CNY", "value": fen / 100}


def quantity(fen: int) -> Document:
    """A TM Forum ``Quantity`` of money, as balances have it."""
    return {"units": "CNY", "amount": fen / 100}


def fen_of(amount: Document | None) -> int:
    """Fen of a ``Money`` or a ``Quantity``; 0 when it is absent or says nothing."""
    found = amount or {}
    return round(float(found.get("value") or found.get("amount") or 0) * 100)
