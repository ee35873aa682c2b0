"""What the worker serves, on a port of its own and the loopback address only: its health, and the operator's events.

An event only says what to look at again, so one that is forged, lost or doubled tells nobody anything untrue.
"""

import hmac
import json
import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import sqlalchemy as sa

from bss import watch
from bss.hubs import changed
from common.identity import derived_key
from common.settings import settings

logger = logging.getLogger(__name__)

# A ticket with all its notes.
BODY_BYTES = 256 * 1024
READ_SECONDS = 5.0


def callback() -> str | None:
    """The address to which the operator sends its events, which nobody else can guess; None when none are wanted."""
    base = settings().worker_url if settings().listener_url is None else settings().listener_url
    return f"{base}{_path()}" if base else None


def _path() -> str:
    return f"/listener/{derived_key('operator-events').hex()}"


def serve(port: int, well: Callable[[], bool]) -> ThreadingHTTPServer:
    """`/healthz`: 200 while all is `well`, else 503. `/listener/…`: 204 for an event of the operator's."""
    path = _path().encode()

    class Handler(BaseHTTPRequestHandler):
        # For each read of a request.
        timeout = READ_SECONDS

        def do_GET(self) -> None:
            status = 404 if self.path != "/healthz" else 200 if well() else 503
            self._answer(status, b'{"status":"ok"}' if status == 200 else b'{"status":"unavailable"}')

        def do_POST(self) -> None:
            # As bytes: texts are only compared when they are ASCII.
            if not hmac.compare_digest(self.path.encode(), path):
                return self._answer(404)
            length = self.headers.get("Content-Length") or ""
            if not length.isdecimal():
                return self._answer(411)
            if int(length) > BODY_BYTES:
                return self._answer(413)
            return self._answer(_take(self.rfile.read(int(length))))

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            if body:
                self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Says nothing: the path is a secret."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="listener", daemon=True).start()
    return server


def _take(body: bytes) -> int:
    """The status that an event is answered with; 503 has it sent again."""
    try:
        found = changed(json.loads(body))
    except (ValueError, RecursionError):
        return 400
    if found is None:
        return 204
    try:
        watch.nudge(*found)
    except sa.exc.SQLAlchemyError as error:
        logger.warning("an event could not be noted: %s", type(error).__name__)
        return 503
    return 204
