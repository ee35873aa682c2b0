"""A page's socket: Socket.IO over a WebSocket, spoken by hand, because Rasa pins an aiohttp too old for its client."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import websockets
from websockets.exceptions import ConnectionClosed

ENGINE_OPEN, ENGINE_PING, ENGINE_PONG = "0", "2", "3"
CONNECT, CLOSED, EVENT, ACK, REFUSED = "40", "41", "42", "43", "44"


class Unauthorised(Exception):
    """The desk refused the socket."""


class Socket:
    """What a page was told, in order; `heard` is called with each event as it comes.

    `listening` ends when the socket is closed.
    """

    listening: "asyncio.Task[None]"

    def __init__(self, socket: Any, namespace: str, heard: Callable[[str, Any], None] | None = None) -> None:
        self._socket = socket
        self._namespace = f"{namespace},"
        self._heard = heard
        self._told = asyncio.Condition()
        self.events: list[tuple[str, Any]] = []
        self._answers: dict[str, Any] = {}

    def of(self, event: str) -> list[Any]:
        """The data of one kind of event."""
        return [data for name, data in self.events if name == event]

    async def until(self, seen: Callable[[], object], seconds: float = 5) -> None:
        """Waits until something was told."""
        async with self._told:
            try:
                await asyncio.wait_for(self._told.wait_for(lambda: bool(seen())), seconds)
            except asyncio.TimeoutError:
                raise AssertionError(f"not within {seconds} s; seen: {self.events}") from None

    async def emit(self, event: str, data: Any) -> None:
        """Emits an event that is not answered."""
        await self._socket.send(f"{EVENT}{self._namespace}{json.dumps([event, data])}")

    async def call(self, event: str, data: Any) -> Any:
        """Emits an event and waits for its acknowledgement."""
        number = str(len(self._answers) + 1)
        self._answers[number] = None
        await self._socket.send(f"{EVENT}{self._namespace}{number}{json.dumps([event, data])}")
        await self.until(lambda: self._answers[number] is not None, 6)
        return self._answers[number][0]

    async def connect(self, auth: Any) -> None:
        """Enters the namespace. Raises Unauthorised."""
        assert (await self._receive()).startswith(ENGINE_OPEN)
        await self._socket.send(f"{CONNECT}{self._namespace}{json.dumps(auth)}")
        # The desk may tell something before it says yes.
        early = []
        while (answer := await self._receive()).startswith(EVENT):
            early.append(answer)
        if answer.startswith(REFUSED):
            raise Unauthorised(answer)
        assert answer.startswith(CONNECT + self._namespace), answer
        for packet in early:
            self._take(packet)

    async def listen(self) -> None:
        """Runs until the socket is closed, by the network or by the desk."""
        with contextlib.suppress(ConnectionClosed):
            while not (packet := await self._receive()).startswith(CLOSED):
                self._take(packet)
                async with self._told:
                    self._told.notify_all()

    def _take(self, packet: str) -> None:
        kind, content = packet[:2], packet[2:].removeprefix(self._namespace)
        if kind == EVENT:
            name, *data = json.loads(content)
            self.events.append((name, data[0] if data else None))
            if self._heard is not None:
                self._heard(*self.events[-1])
        elif kind == ACK:
            number = content[: content.index("[")]
            self._answers[number] = json.loads(content[len(number) :])

    async def _receive(self) -> str:
        while (packet := str(await self._socket.recv())) == ENGINE_PING:
            await self._socket.send(ENGINE_PONG)
        return packet


@asynccontextmanager
async def socket_of(
    desk: str,
    auth: Any,
    *,
    namespace: str = "/chat",
    headers: Mapping[str, str] | None = None,
    heard: Callable[[str, Any], None] | None = None,
) -> AsyncIterator[Socket]:
    """A connected socket. Raises Unauthorised."""
    url = f"{desk.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
    async with websockets.connect(url, extra_headers=headers or {}) as opened:  # type: ignore[attr-defined]
        socket = Socket(opened, namespace, heard)
        await socket.connect(auth)
        socket.listening = asyncio.create_task(socket.listen())
        try:
            yield socket
        finally:
            socket.listening.cancel()
