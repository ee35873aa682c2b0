"""Waiting: each process is reported as it answers; one that ends or stays silent is named."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from deploy import readiness
from deploy.ports import Ports


class Answer(http.server.BaseHTTPRequestHandler):
    """200 at /ok, 503 elsewhere."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/ok" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_only_200_is_ready(server: str) -> None:
    assert readiness.answers(f"{server}/ok")
    assert not readiness.answers(f"{server}/starting")
    assert not readiness.answers(Ports.free().url("desk"))


def test_each_is_reported_with_its_seconds(server: str) -> None:
    found = dict(readiness.wait({"desk": f"{server}/ok", "rasa": f"{server}/ok"}, 5))
    assert found.keys() == {"desk", "rasa"}
    assert all(0 <= seconds < 5 for seconds in found.values())


def test_a_silent_one_is_named(server: str) -> None:
    with pytest.raises(readiness.NotReady, match="rasa did not answer within 0 s") as failure:
        list(readiness.wait({"desk": f"{server}/ok", "rasa": f"{server}/starting"}, 0.3))
    assert failure.value.name == "rasa"


def test_one_that_ended_is_named_at_once(server: str) -> None:
    with pytest.raises(readiness.NotReady, match="desk ended while starting"):
        list(readiness.wait({"rasa": f"{server}/starting"}, 60, lambda: "desk"))
