"""Socket.IO namespace `/agent`: what reaches agents' open pages at once; who was away fetches what they missed."""

import asyncio
import itertools
import logging
from typing import Any

import socketio

from common.database import reading
from desk import store
from desk.dispatch import Changes
from desk.handover_models import Handover
from desk.handover_states import ACTIVE
from desk.outbox import Event, Outbox
from desk.staff import access
from desk.turns import in_thread
from desk.workbench import cards, presence

logger = logging.getLogger(__name__)

NAMESPACE = "/agent"
# Every page of an agent; every page of a supervisor; who watches one chat.
_STAFF, _SUPERVISORS, _WATCHED, _ALL = "staff:{}", "supervisors", "chat:{}", "all"
HEARTBEAT_SECONDS = 5.0
# Every so many heartbeats it is looked whether those who are here are still signed in.
LOGIN_BEATS = 12
# Pages hear at most once in so many seconds that the queue has changed, and fetch it then.
QUEUE_SECONDS = 1.0


class AgentNamespace(socketio.AsyncNamespace):
    """An agent's socket: signed in by the page's cookie and token, then in the agent's room."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(NAMESPACE)
        self._outbox = outbox
        self._here: dict[str, access.Me] = {}

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        """Refuses a socket without a login."""
        csrf = auth.get("csrf") if isinstance(auth, dict) else None
        me = await in_thread(access.staff_of_environ, environ, csrf)
        if me is None or me.role not in {"agent", "supervisor", "admin"}:
            raise socketio.exceptions.ConnectionRefusedError("unauthorized")
        self._here[sid] = me
        await self.enter_room(sid, _STAFF.format(me.id))
        await self.enter_room(sid, _ALL)
        if me.role != "agent":
            await self.enter_room(sid, _SUPERVISORS)
        await in_thread(presence.seen, [me.id])

    async def on_disconnect(self, sid: str, *_: Any) -> None:
        """The page is gone; its agent's chats wait for a while, see `desk.dispatch`."""
        self._here.pop(sid, None)

    async def on_typing(self, sid: str, data: Any = None, *_: Any) -> None:
        """Shows the customer that the agent writes."""
        me, handover = self._here.get(sid), _number(data)
        if me is None or handover is None:
            return
        conversation = await in_thread(_conversation, handover, me.id)
        if conversation is not None:
            on = bool(data.get("on"))
            await self._outbox.send(Event(conversation, "typing", {"on": on, "role": "agent"}))

    async def on_watch(self, sid: str, data: Any = None, *_: Any) -> bool:
        """A supervisor sees a chat's lines as they come, from the acknowledgement on; whether they do."""
        me, handover = self._here.get(sid), _number(data)
        if me is not None and handover is not None and me.role != "agent":
            await self.enter_room(sid, _WATCHED.format(handover))
            return True
        return False

    async def on_unwatch(self, sid: str, data: Any = None, *_: Any) -> None:
        """The supervisor has closed the chat."""
        handover = _number(data)
        if handover is not None:
            await self.leave_room(sid, _WATCHED.format(handover))

    async def keep_seen(self) -> None:
        """Runs for ever: notes whose pages are here, and closes those whose login has ended."""
        for beat in itertools.count(1):
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                if here := {me.id for me in self._here.values()}:
                    await in_thread(presence.seen, here)
                if beat % LOGIN_BEATS == 0:
                    await self.close_ended()
            except Exception:
                logger.exception("who is connected could not be noted")

    async def close_ended(self, staff: int | None = None) -> None:
        """Closes this replica's sockets whose login has ended: one person's, or everybody's."""
        for sid, me in list(self._here.items()):
            if staff in {None, me.id} and not await in_thread(access.is_signed_in, me.session):
                self._here.pop(sid, None)
                await self.disconnect(sid)


class AgentSender:
    """Sends what happens in conversations, and what the dispatcher changes, to agents' and supervisors' pages."""

    def __init__(self, server: socketio.AsyncServer) -> None:
        self._server = server
        self._queue_told: asyncio.Task[None] | None = None
        self._queue_news = False

    async def send(self, event: Event) -> None:
        """See `desk.outbox.Sender`."""
        if event.staff is None or event.handover is None:
            return
        name = event.name.removeprefix(store.STAFF_ONLY)
        if name == "message":
            line = cards.for_staff(event.payload, event.handover)
            body: Any = {"handover": event.handover, "conversation": event.conversation, "message": line}
        elif name == event.name:
            return  # what is for the customer's page alone
        else:
            body = {"handover": event.handover, name: event.payload}
        await self._emit(name, body, _STAFF.format(event.staff))
        await self._emit(name, body, _WATCHED.format(event.handover))

    async def told(self, changes: Changes) -> None:
        """See `desk.dispatch.Tellers`."""
        for staff, handover in changes.offers:
            await self._emit("offer", {"handover": handover}, _STAFF.format(staff))
        for staff in changes.chats:
            await self.chats_changed(staff)
        for staff in changes.presence:
            await self._emit("presence", await in_thread(_presence, staff), _STAFF.format(staff))
        if changes.queue:
            await self.queue_changed()

    async def chats_changed(self, staff: int) -> None:
        """An agent's list of chats has changed: their pages fetch it."""
        await self._emit("chats", {}, _STAFF.format(staff))
        await self._emit("chats", {}, _SUPERVISORS)

    async def queue_changed(self) -> None:
        """Who waits has changed."""
        self._queue_news = True
        if self._queue_told is None or self._queue_told.done():
            self._queue_told = asyncio.create_task(self._tell_queue())

    async def _tell_queue(self) -> None:
        while self._queue_news:
            self._queue_news = False
            await self._emit("queue", {}, _ALL)
            await asyncio.sleep(QUEUE_SECONDS)

    async def read(self, staff: int, handover: int, seq: int) -> None:
        """An agent has seen a chat up to a seq, on one of their pages."""
        await self._emit("read", {"handover": handover, "seq": seq}, _STAFF.format(staff))

    async def _emit(self, name: str, body: Any, room: str) -> None:
        await self._server.emit(name, body, room=room, namespace=NAMESPACE)


def _presence(staff: int) -> dict[str, Any]:
    with reading() as session:
        return presence.shown(presence.known(session, staff))


def _conversation(handover: int, staff: int) -> str | None:
    """The conversation of an agent's own open chat."""
    with reading() as session:
        row = session.get(Handover, handover)
        mine = row is not None and row.staff_id == staff and row.state == ACTIVE
        return str(row.conversation_id) if mine else None


def _number(data: Any) -> int | None:
    value = data.get("handover") if isinstance(data, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
