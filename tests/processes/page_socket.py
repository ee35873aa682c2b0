"""A page's socket: Socket.IO over a WebSocket, spoken by hand, because Rasa pins an aiohttp too old for its client."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import websockets

ENGINE_OPEN, ENGINE_PING, ENGINE_PONG = "0", "2", "3"
CONNECT, EVENT, ACK, REFUSED = "40", "42", "43", "44"
NAMESPACE = "/chat,"


class Unauthorised(Exception):
    """The desk refused the socket."""


class Page:
    """What a page was told, in order."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self.events: list[tuple[str, Any]] = []
        self._answers: dict[str, Any] = {}

    def of(self, event: str) -> list[Any]:
        """The data of one kind of event."""
        return [data for name, data in self.events if name == event]

    async def until(self, seen: Callable[[], object], seconds: float = 5) -> None:
        """Waits until something was told."""
        for _ in range(int(seconds * 20)):
            if seen():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"not within {seconds} s; seen: {self.events}")

    async def call(self, event: str, data: Any) -> Any:
        """Emits an event and waits for its acknowledgement."""
        number = str(len(self._answers) + 1)
        self._answers[number] = None
        await self._socket.send(f"{EVENT}{NAMESPACE}{number}{json.dumps([event, data])}")
        await self.until(lambda: self._answers[number] is not None, 6)
        return self._answers[number][0]

    async def connect(self, auth: Any) -> None:
        """Enters the namespace. Raises Unauthorised."""
        assert (await self._receive()).startswith(ENGINE_OPEN)
        await self._socket.send(f"{CONNECT}{NAMESPACE}{json.dumps(auth)}")
        answer = await self._receive()
        if answer.startswith(REFUSED):
            raise Unauthorised(answer)
        assert answer.startswith(CONNECT + NAMESPACE), answer

    async def listen(self) -> None:
        """Runs until the socket is closed."""
        while True:
            packet = await self._receive()
            kind, content = packet[:2], packet[2:].removeprefix(NAMESPACE)
            if kind == EVENT:
                name, *data = json.loads(content)
                self.events.append((name, data[0] if data else None))
            elif kind == ACK:
                number = content[: content.index("[")]
                self._answers[number] = json.loads(content[len(number) :])

    async def _receive(self) -> str:
        while (packet := str(await self._socket.recv())) == ENGINE_PING:
            await self._socket.send(ENGINE_PONG)
        return packet


@asynccontextmanager
async def page_of(desk: str, auth: Any) -> AsyncIterator[Page]:
    """A connected page. Raises Unauthorised."""
    url = f"{desk.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
    async with websockets.connect(url) as socket:  # type: ignore[attr-defined]
        page = Page(socket)
        await page.connect(auth)
        listening = asyncio.create_task(page.listen())
        try:
            yield page
        finally:
            listening.cancel()
