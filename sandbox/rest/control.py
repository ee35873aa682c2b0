"""Controls of the sandbox itself: customers, outbox, clock, faults, reset. A real operator has none of them."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from sandbox import times
from sandbox.background import run_due_timers
from sandbox.documents import Document
from sandbox.errors import ApiError
from sandbox.faults import TARGETS, FaultSwitch, Mode
from sandbox.rest import sms
from sandbox.seed import Seed
from sandbox.seed.people import STORY
from sandbox.store import Store, Transaction


class FaultOrder(BaseModel):
    """See ``sandbox.faults.Fault``; ``seconds`` is how long the fault stays in force."""

    api: str
    mode: Mode
    rate: float = Field(default=1.0, ge=0, le=1)
    seconds: float = Field(default=30, gt=0, le=86400)
    after: bool = False


class ClockOrder(BaseModel):
    """Either a duration to go forward (``P1D``, ``PT2H``), or a date-time to go to."""

    advance: str | None = None
    now: str | None = None


def _clock(transaction: Transaction) -> Document:
    return {"now": times.stamp(transaction.now()), "offsetSeconds": float(transaction.register("clock") or 0)}


def router(store: Store, faults: FaultSwitch, planted: Seed) -> APIRouter:
    """Everything under ``/sandbox``."""
    routes = APIRouter()

    @routes.get("/customers")
    def get_customers() -> list[Document]:
        with store.reading() as transaction:
            stories = transaction.search(*STORY, {})
        return [{name: story[name] for name in ("number", "name", "level", "tags", "story")} for story in stories]

    @routes.get("/sms")
    def get_sms(number: str | None = None) -> list[Document]:
        with store.reading() as transaction:
            return transaction.search(sms.API, sms.KIND, {"number": [number]} if number else {})

    @routes.get("/clock")
    def get_clock() -> Document:
        with store.reading() as transaction:
            return _clock(transaction)

    @routes.post("/clock")
    def post_clock(order: ClockOrder) -> Document:
        with store.writing() as transaction:
            try:
                step = (
                    times.parse(order.now) - transaction.now()
                    if order.now
                    else times.parse_duration(order.advance or "")
                )
                transaction.move_clock(step)
            except (ValueError, OverflowError) as error:
                raise ApiError(400, str(error), code="invalidClock") from error
        run_due_timers(store)
        return get_clock()

    @routes.get("/faults")
    def get_faults() -> list[dict[str, object]]:
        return [fault.shown() for fault in faults.active()]

    @routes.post("/faults", status_code=201)
    def post_fault(order: FaultOrder) -> dict[str, object]:
        if order.api not in TARGETS:
            raise ApiError(400, f"api must be one of {', '.join(sorted(TARGETS))}", code="unknownApi")
        return faults.add(order.api, order.mode, order.rate, order.seconds, order.after).shown()

    @routes.delete("/faults", status_code=204, response_class=Response)
    def delete_faults() -> None:
        faults.clear()

    @routes.post("/reset")
    def post_reset() -> Document:
        faults.clear()
        planted.reset(store)
        return {"status": "ok"}

    return routes
