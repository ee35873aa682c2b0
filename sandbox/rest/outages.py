"""Known outages (大面积故障) by area, the lines that are counted to them, and their end."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Header
from pydantic import BaseModel

from sandbox import areas, resources, times
from sandbox.documents import Document, characteristic
from sandbox.errors import ApiError
from sandbox.rest import sms
from sandbox.rules import TIMERS
from sandbox.store import Store, Transaction

API, KIND = "operator", "outage"


class Affected(BaseModel):
    """A line, by its product id, that suffers from an outage."""

    line: str


def begin(transaction: Transaction, outage: Document) -> None:
    """Stores a new outage, which ends when its recovery is expected."""
    transaction.insert(API, KIND, outage | {"lines": []})
    transaction.set_timer(times.parse(outage["expectedRecovery"]), "outage.end", outage["id"])


def current(transaction: Transaction, area: str) -> list[Document]:
    """What is not mended yet in an area, given by its name or code; everywhere when it is empty."""
    return [
        outage
        for outage in transaction.search(API, KIND, {})
        if not area or area.startswith(outage["area"]) or area == outage["areaCode"]
        if "recoveredAt" not in outage
    ]


def join(transaction: Transaction, identity: str, affected: Affected, key: str | None) -> Document:
    """Counts a line to an outage, once; its contact number is told of the end.

    Raises:
        ApiError: 404 for an unknown outage or line, 409 for an outage that is over.
    """
    body = {"outage": identity, **affected.dict()}
    return resources.once(
        transaction, f"{KIND}Affected", key, body, lambda: _join(transaction, identity, affected.line)
    )


def _join(transaction: Transaction, identity: str, line: str) -> Document:
    outage = resources.fetch(transaction, API, KIND, identity)
    if "productSerialNumber" not in resources.fetch(transaction, "637", "product", line):
        raise ApiError(404, f"{line} is no line", code="unknownLine")
    if "recoveredAt" in outage:
        raise ApiError(409, "the outage is over", code="outageOver")
    if line not in outage["lines"]:
        outage |= {"lines": [*outage["lines"], line]}
        transaction.replace(API, KIND, outage)
    return _shown(outage)


def _end(transaction: Transaction, due: datetime, identity: str) -> None:
    """Mends an outage and tells those whose lines were counted to it, each once."""
    outage = transaction.get(API, KIND, identity)
    if outage is None or "recoveredAt" in outage:
        return
    transaction.replace(API, KIND, outage | {"recoveredAt": times.stamp(due)})
    lines = [transaction.get("637", "product", line) for line in outage["lines"]]
    contacts = [str(characteristic(line, "contactNumber")) for line in lines if line]
    for number in dict.fromkeys(contacts):
        sms.send(
            transaction,
            number,
            f"【中国电信】{outage['area']}的故障已经恢复。如果您的业务仍不能使用，请重启设备后再试，或拨打10000报障。",
        )


def _shown(outage: Document) -> Document:
    """The public form: how many lines, not which."""
    shown = {name: value for name, value in outage.items() if name != "lines"}
    return shown | {"affected": len(outage["lines"])}


def register() -> None:
    """Puts the end of outages in force."""
    TIMERS["outage.end"] = _end


def router(store: Store) -> APIRouter:
    """``GET /outage?area=`` or ``?place=&near=``, ``GET /outage/{id}`` and ``POST /outage/{id}/affected``."""
    routes = APIRouter()

    @routes.get("/outage")
    def get_outages(area: str = "", place: str = "", near: str = "") -> list[Document]:
        if place or near:
            found = areas.at(place, near)
            if found is None:
                return []
            area = found.code
        with store.reading() as transaction:
            return [_shown(outage) for outage in current(transaction, area)]

    @routes.get("/outage/{identity}")
    def get_outage(identity: str) -> Document:
        with store.reading() as transaction:
            return _shown(resources.fetch(transaction, API, KIND, identity))

    @routes.post("/outage/{identity}/affected")
    def post_affected(
        identity: str, affected: Affected, idempotency_key: str | None = Header(None, max_length=255)
    ) -> Document:
        with store.writing() as transaction:
            return join(transaction, identity, affected, idempotency_key)

    return routes
