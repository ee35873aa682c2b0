"""SIM cards: the number printed on each, and the PUK that unlocks it."""

from __future__ import annotations

from fastapi import APIRouter

from sandbox.documents import Document
from sandbox.errors import ApiError
from sandbox.store import Store

API, KIND = "operator", "simCard"


def router(store: Store) -> APIRouter:
    """``GET /simCard/{number}``."""
    routes = APIRouter()

    @routes.get("/simCard/{number}")
    def get_card(number: str) -> Document:
        with store.reading() as transaction:
            card = transaction.get(API, KIND, number)
        if card is None:
            raise ApiError(404, "no SIM card has this number", code="unknownNumber")
        return {name: card[name] for name in ("number", "iccid", "puk")}

    return routes
