"""The sandbox as a server in a thread, for tests of what calls it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from sandbox.app import create_app
from sandbox.settings import Settings
from tests.common.postgres import database_at


@contextmanager
def running_sandbox(folder: Path, database_url: str | None = None) -> Iterator[str]:
    """The address of a sandbox over a database of its own."""
    app = create_app(Settings(database_url=database_url or database_at(folder / "sandbox.db")))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", date_header=False))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield "http://{}:{}".format(*listening.getsockname())
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
