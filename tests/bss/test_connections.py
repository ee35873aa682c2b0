import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from bss.connections import Limit, limited, session
from tests.bss.scripted import Operator, answers, drips_headers, in_turn

WELL = answers(200, b"[]")
# A loaded machine may be late by this much; without a limit it would be five seconds.
MARGIN = 1.0


def get(address: str, seconds: float) -> tuple[bytes, Limit]:
    with limited(time.monotonic() + seconds) as limit, session().get(address, timeout=5) as response:
        return response.content, limit


def fails_within(address: str, seconds: float) -> None:
    begun = time.monotonic()
    with pytest.raises((requests.RequestException, OSError)):
        get(address, seconds)
    assert time.monotonic() - begun < seconds + MARGIN


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where connections are taken and nothing is said."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_headers_that_drip_are_cut(scripted: Operator) -> None:
    scripted.script = drips_headers(0.1)

    begun = time.monotonic()
    with contextlib.suppress(requests.RequestException):
        _, limit = get(scripted.address, 0.5)
        # An answer without headers and body: only the limit tells.
        assert limit.over

    assert 0.4 < time.monotonic() - begun < 0.5 + MARGIN


def test_a_tls_handshake_that_does_not_end_is_cut(silent: int) -> None:
    fails_within(f"https://127.0.0.1:{silent}/", 0.4)


def test_a_name_that_is_not_found_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: over.wait(5))

    fails_within("http://operator.example/", 0.4)
    over.set()


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    scripted: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo
    port = int(scripted.address.rsplit(":", 1)[1])

    def both(host: str, *rest: object) -> list[object]:
        hosts = ["127.0.0.2", "127.0.0.1"] if host == "operator.example" else [host]
        return [found for name in hosts for found in look_up(name, *rest)]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with socket.create_server(("127.0.0.2", port), backlog=0), contextlib.ExitStack() as waiting:
        for _ in range(3):  # no place is left to wait in: further connections are not answered
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.2", port))
        begun = time.monotonic()
        body, _ = get(f"http://operator.example:{port}/", 1.0)

    # Within its time: the first address got half of it.
    assert body == b"[]"
    assert time.monotonic() - begun > 0.4


def test_a_limit_cuts_no_connection_that_serves_another_request(scripted: Operator) -> None:
    scripted.script = WELL
    _, first = get(scripted.address, 5)

    with limited(time.monotonic() + 5) as second, session().get(scripted.address, stream=True) as response:
        assert first._serving is second._serving
        first.cut()
        assert response.content == b"[]"


def test_after_a_cut_the_next_request_has_a_connection_of_its_own(scripted: Operator) -> None:
    scripted.script = in_turn(drips_headers(0.1), WELL)
    with contextlib.suppress(requests.RequestException):
        get(scripted.address, 0.3)

    assert get(scripted.address, 2)[0] == b"[]"


def test_connections_are_used_again(scripted: Operator) -> None:
    scripted.script = WELL
    _, first = get(scripted.address, 5)
    _, second = get(scripted.address, 5)

    assert first._serving is second._serving
    assert first._serving is not None


def test_nothing_begins_when_the_time_is_over(scripted: Operator) -> None:
    with pytest.raises((requests.RequestException, OSError)):
        get(scripted.address, 0)

    assert scripted.seen == []
