"""Known outages (大面积故障) by area."""

from __future__ import annotations

from fastapi import APIRouter

from sandbox import times
from sandbox.documents import Document
from sandbox.store import Store, Transaction

API, KIND = "operator", "outage"


def current(transaction: Transaction, area: str) -> list[Document]:
    """What is not mended yet in an area, given by its name or code; everywhere when it is empty."""
    now = transaction.now()
    return [
        outage
        for outage in transaction.search(API, KIND, {})
        if not area or area.startswith(outage["area"]) or area == outage["areaCode"]
        if times.parse(outage["expectedRecovery"]) > now
    ]


def router(store: Store) -> APIRouter:
    """``GET /outage?area=``."""
    routes = APIRouter()

    @routes.get("/outage")
    def get_outages(area: str = "") -> list[Document]:
        with store.reading() as transaction:
            return current(transaction, area)

    return routes
