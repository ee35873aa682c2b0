"""`/api/agent/v1`: the customer of a chat, what may be put to them, tickets, and the search."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import constr, root_validator

from common.database import reading, transaction
from common.settings import settings
from desk import proposals
from desk.channels.web import ClientId
from desk.errors import Refused
from desk.knowledge import Knowledge, Suggestion
from desk.outbox import Outbox
from desk.proposals import Put
from desk.text import readable
from desk.turns import in_thread
from desk.workbench import chats, customer, goods, offers, ordering, search, subject, tickets
from desk.workbench.routes import Agent, Body, sees_all
from desk.workbench.subject import Subject
from knowledge_base.content import content
from knowledge_base.retention.profile import MOMENTS

Shown = dict[str, Any]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
Moment = Query(None, pattern=f"^({'|'.join(MOMENTS)})$")


def _text(longest: int, least: int = 1) -> Any:
    return constr(strip_whitespace=True, min_length=least, max_length=longest)


class RevealIn(Body):
    """What is to be seen in the clear, and why."""

    what: Literal["number", "contact", "name", "address"]
    why: _text(100)  # type: ignore[valid-type]


class OutcomeIn(Body):
    """What a customer said to an offer; `reason` is one of `decline_reasons` where they declined it."""

    outcome: Literal["accepted", "declined", "not_offered"]
    reason: _text(32, 0) = ""  # type: ignore[valid-type]


class ProposalIn(Body):
    """What is to be put to the customer: an offer, or an offering of the catalogue and what to do with it."""

    offer: _text(64) | None = None  # type: ignore[valid-type]
    offering: _text(64) | None = None  # type: ignore[valid-type]
    action: Literal["add", "modify", "delete"] = "add"
    line: _text(64) | None = None  # type: ignore[valid-type]
    product: _text(64) | None = None  # type: ignore[valid-type]

    @root_validator
    def _one_of_both(cls, values: Shown) -> Shown:  # noqa: N805
        if (values.get("offer") is None) is (values.get("offering") is None):
            raise ValueError("either an offer or an offering")
        return values


class TicketIn(Body):
    """A ticket, as the agent has read it over."""

    kind: Literal["fault", "complaint", "callback"]
    title: _text(100)  # type: ignore[valid-type]
    description: _text(2000)  # type: ignore[valid-type]
    severity: Literal["critical", "major", "minor"] = "minor"
    client_id: ClientId


class RemarkIn(Body):
    """A remark on a ticket."""

    text: _text(1000)  # type: ignore[valid-type]
    client_id: ClientId


def routes(outbox: Outbox, knowledge: Knowledge) -> APIRouter:
    """See the module; `outbox` sends what is written for the customer, `knowledge` answers what they ask."""
    router = APIRouter(prefix="/api/agent/v1", tags=["agent workbench"])
    _customer(router)
    _answers(router, knowledge)
    _offers(router, outbox)
    _tickets(router)
    return router


def _customer(router: APIRouter) -> None:
    @router.get("/chats/{handover}/customer")
    async def customer_of(me: Agent, handover: Id, fresh: bool = False) -> Shown:
        """The customer as the operator knows them, masked; at most 30 seconds old."""
        about = await _read(me, handover)
        return await _run(lambda: customer.shown(about, fresh=fresh))

    @router.post("/chats/{handover}/reveal")
    async def reveal(me: Agent, handover: Id, body: RevealIn) -> Shown:
        """One detail in the clear; it is written down who looked at what, and why."""
        about, all_chats = await _read(me, handover), sees_all(me)
        value = await _run(lambda: customer.reveal(about, body.what, body.why, staff=me.id, sees_all=all_chats))
        return {"value": value}

    @router.get("/catalogue")
    async def catalogue(me: Agent, q: str = Query("", max_length=64)) -> list[Shown]:
        """What may be put to a customer, by words."""
        return await _run(lambda: goods.search(q))

    @router.get("/search")
    async def find(
        me: Agent,
        q: str = Query("", max_length=64),
        since: str = Query("", alias="from", pattern=r"^(\d{4}-\d\d-\d\d)?$"),
        until: str = Query("", alias="to", pattern=r"^(\d{4}-\d\d-\d\d)?$"),
        group: str = Query("", max_length=16),
        staff: int | None = Query(None, ge=1, le=2**31 - 1),
        result: str = Query("", max_length=16),
        page: int = Query(1, ge=1, le=1000),
    ) -> Shown:
        """Chats, by words, by a ticket's or order's number, or by the customer's whole number."""
        query = search.Query(
            words=q.strip(),
            since=_day(since),
            until=_day(until),
            group=group or None,
            agent=staff,
            result=result or None,
            page=page,
            staff=me.id,
            groups=None if sees_all(me) else me.groups,
        )
        return await _run(lambda: _with_session(search.find, query))


def _answers(router: APIRouter, knowledge: Knowledge) -> None:
    @router.get("/chats/{handover}/suggestions")
    async def suggestions(me: Agent, handover: Id, text: str = Query("", max_length=1000)) -> list[Shown]:
        """Answers that may fit a sentence, without one the customer's last; the surest first, often none."""
        about = await _read(me, handover)
        sentence = text.strip() or await _run(lambda: subject.last_sentence(about))
        found = await knowledge.suggestions(sentence)
        return [_suggestion(one) for one in found]

    @router.get("/canned")
    async def canned(me: Agent) -> list[Shown]:
        """Replies that are sent again and again, by group."""
        groups = content("canned")["groups"].items()
        return [{"group": group, **reply} for group, replies in groups for reply in replies]


def _offers(router: APIRouter, outbox: Outbox) -> None:
    @router.get("/chats/{handover}/offers")
    async def offers_of(me: Agent, handover: Id, moment: str | None = Moment) -> Shown:
        """What may be offered to the customer now, why, and why not the rest."""
        about = await _read(me, handover)
        return await _run(lambda: offers.shown(about, me.groups, moment))

    @router.post("/chats/{handover}/offers/{offer}/outcome")
    async def outcome(
        me: Agent,
        handover: Id,
        offer: str,
        body: OutcomeIn,
        moment: str | None = Moment,
    ) -> Shown:
        """Writes down what became of an offer."""
        about = await _served(me, handover)
        shown = await _run(lambda: offers.answered(about, me.groups, offer, body.outcome, body.reason, me.id, moment))
        customer.changed(handover)
        return shown

    @router.get("/chats/{handover}/proposals")
    async def proposals_of(me: Agent, handover: Id) -> list[Shown]:
        """What was put to the customer, newest first."""
        await _read(me, handover)
        return await _run(lambda: _with_session(proposals.of, handover))

    @router.post("/chats/{handover}/proposals")
    async def propose(
        me: Agent,
        handover: Id,
        body: ProposalIn,
        moment: str | None = Moment,
    ) -> Shown:
        """Puts something to the customer, whose press alone orders it."""
        about = await _served(me, handover)
        shown = await _run(lambda: _put(about, me, _wanted(about, me, body, moment)))
        outbox.wake()
        return shown

    @router.post("/chats/{handover}/proposals/{proposal}/withdraw")
    async def withdraw(me: Agent, handover: Id, proposal: str) -> Shown:
        """Takes it back, while it is not answered."""
        shown = await _run(lambda: _withdraw(handover, me.id, proposal))
        outbox.wake()
        return shown


def _tickets(router: APIRouter) -> None:
    @router.get("/chats/{handover}/ticket-draft")
    async def draft(me: Agent, handover: Id) -> Shown:
        """A ticket, filled from what the bot has gathered."""
        about = await _read(me, handover)
        return await _run(lambda: tickets.draft(about))

    @router.post("/chats/{handover}/tickets")
    async def create(me: Agent, handover: Id, body: TicketIn) -> Shown:
        """Opens a ticket, once for a `client_id`."""
        about = await _served(me, handover)
        title, description = readable(body.title, 100), readable(body.description, 2000)
        made = await _run(
            lambda: tickets.create(about, body.kind, title, description, body.severity, body.client_id, me.id)
        )
        customer.changed(handover)
        return made

    @router.post("/chats/{handover}/tickets/{ticket}/notes")
    async def remark(me: Agent, handover: Id, ticket: str, body: RemarkIn) -> Shown:
        """Adds a remark to a ticket of this customer's, once for a `client_id`."""
        about = await _served(me, handover)
        text = readable(body.text, settings().message_length)
        return await _run(lambda: tickets.remark(about, ticket, text, body.client_id))


def _suggestion(one: Suggestion) -> Shown:
    return {"id": one.id, "question": one.question, "answer": one.answer, "score": round(one.score, 3)}


async def _run(function: Callable[[], Any]) -> Any:
    return await in_thread(function)


async def _read(me: Agent, handover: int) -> Subject:
    """The subject of a chat, for who may read it."""
    about: Subject = await in_thread(lambda: subject.read(handover, staff=me.id, sees_all=sees_all(me)))
    return about


async def _served(me: Agent, handover: int) -> Subject:
    """The subject of a chat, for its agent while it goes on."""
    about: Subject = await in_thread(lambda: subject.served(handover, staff=me.id))
    return about


def _with_session(function: Callable[..., Any], *args: Any) -> Any:
    with reading() as session:
        return function(session, *args)


def _wanted(about: Subject, me: Agent, body: ProposalIn, moment: str | None) -> Put:
    if body.offer is not None:
        return offers.proposal(about, me.groups, body.offer, me.id, moment)
    return ordering.wanted(about, str(body.offering), body.action, body.line, body.product)


def _put(about: Subject, me: Agent, what: Put) -> Shown:
    with transaction() as session:
        found, row = chats.own(session, about.handover, me.id)
        return proposals.put(session, found, row, what, me.id)


def _withdraw(handover: int, staff: int, proposal: str) -> Shown:
    with transaction() as session:
        found, row = chats.own(session, handover, staff)
        return proposals.withdraw(session, found, row, proposal)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(422, "bad_request") from error
