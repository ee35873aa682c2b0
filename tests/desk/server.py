"""The desk as a server in a thread, as pages see it."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from desk.app import create_app


class Page:
    """A customer's page: a client of the public API with one conversation's token."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        made = client.post("/api/v1/conversations")
        assert made.status_code == 201, made.text
        self.id: str = made.json()["id"]
        self.token: str = made.json()["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.messages = f"/api/v1/conversations/{self.id}/messages"
        self.pictures = f"/api/v1/conversations/{self.id}/pictures"
        self._sent = 0

    def says(self, text: str, client_id: str | None = None) -> httpx.Response:
        """Sends words."""
        return self.sends(text=text, client_id=client_id)

    def sends(self, client_id: str | None = None, **body: object) -> httpx.Response:
        """Sends a body."""
        self._sent += 1
        return self.client.post(
            self.messages, json={"client_id": client_id or f"c{self._sent}", **body}, headers=self.headers
        )

    def reads(self, after: object = 0) -> httpx.Response:
        """Reads the transcript."""
        return self.client.get(self.messages, params={"after": after}, headers=self.headers)


class _Server(uvicorn.Server):
    """One that sees at once that it is to stop, not within a tenth of a second: tests start many."""

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:  # noqa: ASYNC110 it is set from another thread
            await asyncio.sleep(0.01)


@contextmanager
def running_desk() -> Iterator[httpx.Client]:
    """A client of a running desk that has the settings of this moment."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(create_app(), ws="wsproto", log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    with httpx.Client(base_url="http://{}:{}".format(*listening.getsockname()), trust_env=False, timeout=20) as client:
        try:
            yield client
        finally:
            server.should_exit = True
            thread.join(10)
            listening.close()
