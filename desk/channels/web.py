"""The online hall's chat: REST for sending, Socket.IO namespace `/chat` for what comes back."""

import functools
import logging
from typing import Annotated, Any

import socketio
from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConstrainedStr, Extra, Field, root_validator

from common.identity import InvalidIdentity, issue_conversation, read_conversation
from common.settings import settings
from desk import handover, pictures, queue, store
from desk.errors import Refused
from desk.limits import SlidingMinute
from desk.outbox import Event
from desk.text import readable
from desk.turns import Turns, in_thread, lease_seconds

logger = logging.getLogger(__name__)

NAMESPACE = "/chat"


class ClientId(ConstrainedStr):
    """What a page names a message by: any short text that every database can store."""

    strict = True
    min_length = 1
    max_length = 100
    # What begins with staff: names agents' lines.
    regex = r"^(?!staff:)[^\x00-\x1f\x7f\ud800-\udfff]+$"


class Words(ConstrainedStr):
    """Text as it was typed; its length is checked after what cannot be read is taken out."""

    strict = True
    max_length = 100_000


class ChoiceId(ConstrainedStr):
    """The id of a button."""

    strict = True
    max_length = 100


class ConversationCreated(BaseModel):
    """A new conversation and the bearer that opens it."""

    id: str
    token: str


class ChoiceShown(BaseModel):
    """A button; its id is sent back to press it."""

    id: str
    title: str


class MessageShown(BaseModel):
    """One line of the transcript. `at` is UTC; `client_id` only on the customer's own lines."""

    seq: int
    role: str = Field(description="customer, bot, agent or system")
    text: str
    choices: list[ChoiceShown]
    card: dict[str, Any] | None
    at: str
    client_id: str | None = None


class Replies(BaseModel):
    """What was said in answer."""

    messages: list[MessageShown]


class QueueShown(BaseModel):
    """Where a waiting customer stands; `estimate_minutes` is null when nobody can say."""

    position: int
    ahead: int
    estimate_minutes: int | None
    text: str


class History(BaseModel):
    """The transcript after a seq, and who answers: bot, queued (waiting for a person) or human."""

    messages: list[MessageShown]
    mode: str
    queue: QueueShown | None


class MessageIn(BaseModel):
    """A customer's message: text, or the id of a choice. The same `client_id` again does nothing twice."""

    client_id: ClientId
    text: Words | None = None
    choice: ChoiceId | None = None

    class Config:
        extra = Extra.forbid

    @root_validator(skip_on_failure=True)
    def _one_of_both(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805
        if (values.get("text") is None) == (values.get("choice") is None):
            raise ValueError("either text or choice")
        return values


def bearer(request: Request, conversation: str) -> str:
    """The conversation that the request's token opens, which must be the one in the path. Raises Refused."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(401, "unauthorized")
    try:
        opened = read_conversation(token)
    except InvalidIdentity as error:
        raise Refused(401, "unauthorized") from error
    if opened != conversation:
        raise Refused(403, "forbidden")
    return opened


Opened = Annotated[str, Depends(bearer)]


class WebChannel:
    """The web chat's transport; it shares everything else with the other channels."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._messages = SlidingMinute(settings().messages_a_minute)
        self._conversations = SlidingMinute(settings().conversations_a_minute)

    async def send(self, conversation: str, client_id: str, text: str | None, choice: str | None) -> list[store.Shown]:
        """Takes one message and returns the replies. Raises Refused."""
        if not self._messages.allows(conversation):
            raise Refused(429, "too_fast")
        if text is not None:
            text = readable(text, settings().message_length)
        accept = functools.partial(store.accept, lease_seconds=lease_seconds())
        accepted = await in_thread(accept, conversation, client_id, text, choice)
        return await self._turns.take(accepted)

    def routes(self) -> APIRouter:
        """The public REST contract."""
        router = APIRouter(prefix="/api/v1", tags=["customer chat"])

        @router.post("/conversations", status_code=201)
        async def create_conversation(request: Request) -> ConversationCreated:
            """Starts a conversation."""
            if not self._conversations.allows(request.client.host if request.client else "-"):
                raise Refused(429, "too_many")
            conversation = await in_thread(store.create_conversation, "web")
            return ConversationCreated(id=conversation, token=issue_conversation(conversation))

        @router.post("/conversations/{conversation}/messages", response_model=Replies)
        async def send_message(conversation: Opened, message: MessageIn) -> Response:
            """Sends a message and waits for the replies, five seconds at most."""
            replies = await self.send(conversation, message.client_id, message.text, message.choice)
            # They have the contract's shape already; each validation of it would cost a tenth of the desk's part.
            return JSONResponse({"messages": replies})

        @router.get("/conversations/{conversation}/messages", response_model_exclude_unset=True)
        async def read_messages(conversation: Opened, after: int = 0) -> History:
            """The transcript after `after`, and who answers."""
            messages, mode = await in_thread(store.history, conversation, max(0, min(after, 2**31 - 1)))
            place = await in_thread(queue.place, conversation) if mode == "queued" else None
            return History.parse_obj({"messages": messages, "mode": mode, "queue": place})

        @router.post("/conversations/{conversation}/close", status_code=204, response_class=Response)
        async def close_conversation(conversation: Opened) -> None:
            """The customer has left: gives up a place in the queue. The transcript stays."""
            await in_thread(handover.give_up, conversation)

        @router.post("/conversations/{conversation}/pictures", response_model_exclude_unset=True)
        async def send_picture(
            conversation: Opened,
            file: UploadFile = File(...),
            client_id: ClientId = Form(...),
        ) -> Replies:
            """Keeps a picture for a fault or a complaint."""
            if not self._messages.allows(conversation):
                raise Refused(429, "too_fast")
            data = await file.read(settings().picture_bytes + 1)
            return Replies.parse_obj({"messages": await in_thread(pictures.keep, conversation, client_id, data)})

        @router.get("/conversations/{conversation}/pictures/{picture}", response_class=Response)
        async def read_picture(conversation: Opened, picture: str) -> Response:
            """A picture of this conversation."""
            if not picture.isalnum():
                raise Refused(404, "not_found")
            data, kind = await in_thread(pictures.read, conversation, picture)
            return Response(data, media_type=kind, headers={"Cache-Control": "private, max-age=86400"})

        return router


class WebSocketSender:
    """Sends outbox events to the customer's open pages."""

    def __init__(self, server: socketio.AsyncServer) -> None:
        self._server = server

    async def send(self, event: Event) -> None:
        """See `desk.outbox.Sender`. A page that is closed fetches what it missed when it is back."""
        if event.name.startswith(store.STAFF_ONLY):
            return
        await self._server.emit(event.name, event.payload, room=event.conversation, namespace=NAMESPACE)


class ChatNamespace(socketio.AsyncNamespace):
    """The customer's socket: authenticated once, then in the room of its conversation."""

    def __init__(self, channel: WebChannel) -> None:
        super().__init__(NAMESPACE)
        self._channel = channel

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        """Refuses a socket without a valid conversation token."""
        try:
            conversation = read_conversation(str((auth or {}).get("token", "")))
        except (InvalidIdentity, AttributeError) as error:
            raise socketio.exceptions.ConnectionRefusedError("unauthorized") from error
        await self.save_session(sid, {"conversation": conversation})
        await self.enter_room(sid, conversation)

    async def on_message(self, sid: str, data: Any = None, *_: Any) -> dict[str, Any]:
        """The same as POST messages; the acknowledgement carries the replies or the error."""
        session = await self.get_session(sid)
        try:
            message = MessageIn.parse_obj(data)
            replies = await self._channel.send(session["conversation"], message.client_id, message.text, message.choice)
        except Refused as error:
            return {"error": {"code": error.code, "message": error.message}}
        except ValueError:
            refused = Refused(422, "bad_request")
            return {"error": {"code": refused.code, "message": refused.message}}
        return {"messages": replies}
