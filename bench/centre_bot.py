"""A bot for the simulated centre: every message is a wish for a person, with what the real one would say of it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from common.identity import seal
from desk.handover import NUMBER


class _Channel(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Rasa's channel, as the desk uses it. A wish is `group|number|high`; what has no text is an event."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer({"messages": [_handover(body["text"]) if body.get("text") else _nothing()]})

    def do_GET(self) -> None:
        """Ready."""
        self._answer({"status": "ok"})

    def _answer(self, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def _handover(text: str) -> dict[str, Any]:
    group, number, priority = [*text.split("|"), "", ""][:3]
    wish: dict[str, Any] = {
        "group": group,
        "priority": "high" if priority == "high" else "normal",
        "reason": "asked",
        "number": seal(NUMBER, {"number": number}) if number else None,
        "journey": {},
    }
    return {"text": "好的，马上为您转人工客服。", "buttons": [], "custom": {"handover": wish}}


def _nothing() -> dict[str, Any]:
    return {"text": "还有什么可以帮您？", "buttons": [], "custom": {}}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A desk that was killed has closed its connections; that is no news."""


class Bot:
    """The running bot, at `address`."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Channel)
        host, port = self._server.server_address[:2]
        self.address = f"http://{host!s}:{port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
