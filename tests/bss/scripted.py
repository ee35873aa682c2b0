"""An operator's system that answers as a test tells it to, over real HTTP."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; header names are in lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


Script = Callable[["Operator", BaseHTTPRequestHandler], None]


class Operator:
    """Its address, what it was asked, and how it answers: `script` is called for each request."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.seen: list[Seen] = []
        self.script: Script = answers(200, b"[]")
        # Set when the test is over, so that no script outlives it.
        self.over = threading.Event()


def answers(status: int, body: bytes, **headers: str) -> Script:
    """Answers at once."""

    def script(_operator: Operator, request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return script


def in_turn(*scripts: Script) -> Script:
    """The first request meets the first script and so on; the last one stays."""

    def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        scripts[min(len(operator.seen), len(scripts)) - 1](operator, request)

    return script


def hangs(operator: Operator, request: BaseHTTPRequestHandler) -> None:
    """Takes the request and says nothing."""
    operator.over.wait(30)


def breaks_off(body: bytes) -> Script:
    """Closes the connection behind the first bytes of an answer that has a length."""

    def script(_operator: Operator, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(body)
        request.close_connection = True

    return script


def hangs_up(operator: Operator, request: BaseHTTPRequestHandler) -> None:
    """Closes the connection without an answer."""
    request.close_connection = True


def drips(seconds: float, *, before: float = 0.0, length: int | None = 1000) -> Script:
    """Sends its headers after `before` seconds and then a byte each `seconds`; without a length until it closes."""

    def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        operator.over.wait(before)
        request.send_response(200)
        if length is None:
            request.send_header("Connection", "close")
        else:
            request.send_header("Content-Length", str(length))
        request.end_headers()
        for byte in b"[" + b" " * 998 + b"]":
            if operator.over.wait(seconds):
                return
            request.wfile.write(bytes([byte]))

    return script


def drips_headers(seconds: float) -> Script:
    """Sends a status line at once, then a byte of a header each `seconds`."""

    def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not operator.over.wait(seconds):
            request.wfile.write(b"x")

    return script


@contextmanager
def operator() -> Iterator[Operator]:
    """A running one on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # headers and body are two writes: the second would wait 40 ms

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            address = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.seen.append(Seen(self.command, address.path, parse_qs(address.query), headers, body))
            with suppress(OSError):
                made.script(made, self)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Operator(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
