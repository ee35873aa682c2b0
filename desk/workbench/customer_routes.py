"""`/api/agent/v1`: the customer of a chat, and what may be put to them."""

from typing import Any, Literal

from fastapi import APIRouter, Query
from pydantic import constr

from desk.turns import in_thread
from desk.workbench import customer, goods, subject
from desk.workbench.routes import Agent, Body, Number, sees_all
from desk.workbench.subject import Subject
from knowledge_base.content import content

Shown = dict[str, Any]
WHY = 100


class RevealIn(Body):
    """What is to be seen in the clear, and why."""

    what: Literal["number", "contact", "name", "address"]
    why: constr(strip_whitespace=True, min_length=1, max_length=WHY)  # type: ignore[valid-type]


def routes() -> APIRouter:
    """See the module."""
    router = APIRouter(prefix="/api/agent/v1", tags=["agent workbench"])

    @router.get("/chats/{handover}/customer")
    async def customer_of(me: Agent, handover: Number, fresh: bool = False) -> Shown:  # type: ignore[valid-type]
        """The customer as the operator knows them, masked; at most 30 seconds old."""
        about = await read(me, handover)
        view: Shown = await in_thread(lambda: customer.shown(about, fresh=fresh))
        return view

    @router.post("/chats/{handover}/reveal")
    async def reveal(me: Agent, handover: Number, body: RevealIn) -> Shown:  # type: ignore[valid-type]
        """One detail in the clear; it is written down who looked at what, and why."""
        about, all_chats = await read(me, handover), sees_all(me)
        value = await in_thread(lambda: customer.reveal(about, body.what, body.why, staff=me.id, sees_all=all_chats))
        return {"value": value}

    @router.get("/canned")
    async def canned(me: Agent) -> list[Shown]:
        """Replies that are sent again and again, by group."""
        groups = content("canned")["groups"].items()
        return [{"group": group, **reply} for group, replies in groups for reply in replies]

    @router.get("/catalogue")
    async def catalogue(me: Agent, q: str = Query("", max_length=64)) -> list[Shown]:
        """What may be put to a customer, by words."""
        found: list[Shown] = await in_thread(goods.search, q)
        return found

    return router


async def read(me: Agent, handover: int) -> Subject:
    """The subject of a chat, for who may read it."""
    about: Subject = await in_thread(lambda: subject.read(handover, staff=me.id, sees_all=sees_all(me)))
    return about
