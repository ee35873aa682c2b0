"""`/api/agent/v1`: the agent's desk. What it shows is made in `cards`, what it does in `chats`."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConstrainedStr, Extra, Field, conint, constr

from common.database import reading, transaction
from common.settings import settings
from desk import pictures
from desk.channels.web import Words
from desk.dispatch import Dispatcher
from desk.models import Conversation
from desk.outbox import Outbox
from desk.staff import access
from desk.staff.access import Me
from desk.text import readable
from desk.turns import in_thread
from desk.workbench import cards, chats, colleagues, presence
from desk.workbench.socket import AgentSender

Agent = Annotated[Me, Depends(access.needs("agent", "supervisor", "admin"))]
Number = conint(ge=1, le=2**31 - 1)
Shown = dict[str, Any]
NOTE = 500
# More than anybody looks at; who is further down moves up.
SHOWN_WAITING = 50


class Body(BaseModel):
    """What a page sends; nothing else may be in it."""

    class Config:
        extra = Extra.forbid


class PresenceIn(Body):
    """What the agent wants to be."""

    state: Literal["ready", "busy", "break", "offline"]


class LineId(ConstrainedStr):
    """What an agent's page names a line by."""

    regex = r"^[A-Za-z0-9_-]{1,64}\Z"


class LineIn(Body):
    """A line of the agent's."""

    client_id: LineId
    text: Words


class ReadIn(Body):
    """Up to which line the agent has seen the chat."""

    seq: int = Field(ge=0, le=2**31 - 1)


class TransferIn(Body):
    """To whom a chat is passed on: an agent, or a skill group."""

    staff: int | None = Field(default=None, ge=1, le=2**31 - 1)
    group: constr(max_length=16) | None = None  # type: ignore[valid-type]
    note: constr(max_length=NOTE) = ""  # type: ignore[valid-type]


class CloseIn(Body):
    """The wrap-up (话后小结) of a chat."""

    reason: constr(max_length=32)  # type: ignore[valid-type]
    result: constr(max_length=16)  # type: ignore[valid-type]
    note: constr(max_length=NOTE) = ""  # type: ignore[valid-type]
    survey: bool = True


class Workbench:
    """The agents' routes over one dispatcher and one outbox."""

    def __init__(self, dispatcher: Dispatcher, outbox: Outbox, sender: AgentSender) -> None:
        self._dispatcher = dispatcher
        self._outbox = outbox
        self._sender = sender

    async def changed(self, *staff: int | None) -> None:
        """Something was done: sends what it wrote, looks at the queue, has pages fetch their lists."""
        self._outbox.wake()
        self._dispatcher.wake()
        for one in staff:
            if one is not None:
                await self._sender.chats_changed(one)
        await self._sender.queue_changed()

    def routes(self) -> APIRouter:
        """See the module."""
        router = APIRouter(prefix="/api/agent/v1", tags=["agent workbench"])

        @router.get("/desk")
        async def desk(me: Agent) -> JSONResponse:
            """Presence, own chats, who waits, and the names of things."""
            # As it is: what is asked for most, and large, is not looked through for what JSON does not know.
            return JSONResponse(await _read(_desk, me))

        @router.post("/presence")
        async def choose(me: Agent, body: PresenceIn) -> Shown:
            """空闲, 忙碌, 小休, 离线."""
            shown: Shown = await in_thread(presence.choose, me.id, body.state)
            await self.changed(me.id)
            return shown

        @router.get("/colleagues")
        async def others(me: Agent) -> list[Shown]:
            """To whom a chat may be passed on."""
            return await _read(colleagues.all_but, me.id)

        @router.get("/history")
        async def history(me: Agent, limit: int = Query(50, ge=1, le=200)) -> list[Shown]:
            """The agent's own closed chats, newest first."""
            return await _read(cards.history, me.id, limit)

        @router.get("/chats/{handover}")
        async def chat(me: Agent, handover: Number) -> Shown:  # type: ignore[valid-type]
            """One chat, whole."""
            return await self._chat(me, handover)

        @router.get("/chats/{handover}/messages")
        async def messages(me: Agent, handover: Number, after: int = Query(0, ge=0, le=2**31 - 1)) -> Shown:  # type: ignore[valid-type]
            """The transcript after a seq."""
            return await _read(_later, me, handover, after)

        @router.post("/chats/{handover}/accept")
        async def accept(me: Agent, handover: Number) -> Shown:  # type: ignore[valid-type]
            """Takes a chat that was offered."""
            await in_thread(chats.accept, handover, me.id)
            await self.changed(me.id)
            return await self._chat(me, handover)

        @router.post("/chats/{handover}/decline", status_code=204, response_class=Response)
        async def decline(me: Agent, handover: Number) -> None:  # type: ignore[valid-type]
            """Lets a chat pass that was offered."""
            await in_thread(chats.decline, handover, me.id)
            await self.changed(me.id)

        @router.post("/queue/{handover}/take")
        async def take(me: Agent, handover: Number) -> Shown:  # type: ignore[valid-type]
            """Takes a chat out of the queue by hand."""
            await in_thread(chats.take, handover, me.id)
            await self.changed(me.id)
            return await self._chat(me, handover)

        @router.post("/chats/{handover}/messages")
        async def say(me: Agent, handover: Number, body: LineIn) -> Shown:  # type: ignore[valid-type]
            """Says something to the customer, once for a `client_id`."""
            text = readable(body.text, settings().message_length)
            line: Shown = await in_thread(chats.say, handover, me.id, body.client_id, text)
            self._outbox.wake()
            return line | {"staff": me.name}

        @router.post("/chats/{handover}/pictures")
        async def picture(
            me: Agent,
            handover: Number,  # type: ignore[valid-type]
            file: UploadFile = File(...),
            client_id: LineId = Form(...),
        ) -> Shown:
            """Sends the customer a picture."""
            data = await file.read(settings().picture_bytes + 1)
            line: Shown = await in_thread(_picture, handover, me.id, client_id, data)
            self._outbox.wake()
            return cards.for_staff(line, handover) | {"staff": me.name}

        @router.get("/chats/{handover}/pictures/{name}", response_class=Response)
        async def read_picture(me: Agent, handover: Number, name: str) -> Response:  # type: ignore[valid-type]
            """A picture of a chat."""
            data, kind = await in_thread(_read_picture, me, handover, name)
            return Response(data, media_type=kind)

        @router.post("/chats/{handover}/read", status_code=204, response_class=Response)
        async def read(me: Agent, handover: Number, body: ReadIn) -> None:  # type: ignore[valid-type]
            """The agent has seen the chat up to a seq."""
            await in_thread(chats.read, handover, me.id, body.seq)
            await self._sender.read(me.id, handover, body.seq)

        @router.post("/chats/{handover}/transfer", status_code=204, response_class=Response)
        async def transfer(me: Agent, handover: Number, body: TransferIn) -> None:  # type: ignore[valid-type]
            """Passes a chat on."""
            await in_thread(_transfer, handover, me.id, body)
            await self.changed(me.id)

        @router.post("/chats/{handover}/close", status_code=204, response_class=Response)
        async def close(me: Agent, handover: Number, body: CloseIn) -> None:  # type: ignore[valid-type]
            """Ends a chat with its wrap-up."""
            await in_thread(_close, handover, me.id, body)
            await self.changed(me.id)

        return router

    async def _chat(self, me: Me, handover: int) -> Shown:
        return await _read(_whole, me, handover)


async def _read(function: Callable[..., Any], *args: Any) -> Any:
    """Calls a function with a session of its own, which only reads, as its first argument."""

    def call() -> Any:
        with reading() as session:
            return function(session, *args)

    return await in_thread(call)


def sees_all(me: Me) -> bool:
    """Whether somebody may read chats that are not theirs nor of their groups."""
    return me.role in {"supervisor", "admin"}


def _desk(session: Any, me: Me) -> Shown:
    return {
        "presence": presence.shown(presence.known(session, me.id)),
        "chats": cards.chats(session, me.id),
        "waiting": cards.waiting(session, me.groups, SHOWN_WAITING),
        "texts": cards.texts(),
    }


def _whole(session: Any, me: Me, handover: int) -> Shown:
    return cards.whole(session, handover, staff=me.id, sees_all=sees_all(me))


def _later(session: Any, me: Me, handover: int, after: int) -> Shown:
    row = cards.visible(session, handover, staff=me.id, sees_all=sees_all(me))
    talk = session.get(Conversation, row.conversation_id)
    lines = cards.lines(session, talk, row, after)
    return {"messages": lines, "notes": cards.notes(session, row.id), "mode": talk.mode}


def _transfer(handover: int, staff: int, body: TransferIn) -> None:
    chats.transfer(handover, staff, body.note.strip(), to=body.staff, group=body.group)


def _close(handover: int, staff: int, body: CloseIn) -> None:
    chats.close(handover, staff, body.reason, body.result, body.note.strip(), ask=body.survey)


def _picture(handover: int, staff: int, client_id: str, data: bytes) -> Shown:
    with transaction() as session:
        found, _ = chats.own(session, handover, staff)
        conversation = str(found.conversation_id)
    return pictures.from_agent(conversation, data, lambda card: chats.say(handover, staff, client_id, "", card))


def _read_picture(me: Me, handover: int, name: str) -> tuple[bytes, str]:
    with transaction() as session:
        row = cards.visible(session, handover, staff=me.id, sees_all=sees_all(me))
        conversation = str(row.conversation_id)
    return pictures.read(conversation, name if name.isalnum() else "-")
