"""The operator's events: who may send them, how they are answered, and that they only bring a look forward."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from bss import models, watch
from common.database import engine, transaction
from common.settings import settings
from common.times import utc_now
from desk import listener

EVENT = {"eventType": "TroubleTicketStatusChangeEvent", "event": {"troubleTicket": {"id": "TT1", "status": "resolved"}}}


class Listener:
    """A running one, and whether the worker behind it is well."""

    def __init__(self) -> None:
        self.well = True
        self._server = listener.serve(0, lambda: self.well)
        self.port = self._server.server_port
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=10)

    def stop(self) -> None:
        """Ends it."""
        self.client.close()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def running(database: None) -> Iterator[Listener]:
    """See `Listener`."""
    made = Listener()
    yield made
    made.stop()


def path() -> str:
    address = listener.callback()
    assert address is not None
    return httpx.URL(address).path


def soon() -> bool:
    """Whether the only watch is looked at within seconds."""
    with transaction() as session:
        return session.scalar(sa.select(models.Watch.next_look_at)) < utc_now() + timedelta(seconds=5)


@pytest.fixture
def waiting(talk: str) -> None:
    """A watch that is not due for long."""
    watch.watch(talk, "ticket", "TT1")
    with transaction() as session:
        session.execute(sa.update(models.Watch).values(next_look_at=utc_now() + timedelta(hours=1)))


@pytest.mark.usefixtures("waiting")
def test_an_event_brings_the_look_forward_however_often_it_comes(running: Listener) -> None:
    assert not soon()
    for _ in range(3):
        answer = running.client.post(path(), json=EVENT)
        assert (answer.status_code, answer.content) == (204, b"")
    assert soon()


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("wrong", ["/listener/", "/listener/0000", "/", "/healthz", "/listener/é"])
def test_who_does_not_know_the_address_is_not_heard(running: Listener, wrong: str) -> None:
    assert running.client.post(wrong, json=EVENT).status_code == 404
    assert not soon()


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(running: Listener, body: bytes) -> None:
    assert running.client.post(path(), content=body).status_code == 400
    assert not soon()


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("event", [[], {}, {"event": {"customer": {"id": "C1"}}}, {"event": {"troubleTicket": []}}])
def test_what_concerns_nobody_is_taken_and_forgotten(running: Listener, event: object) -> None:
    assert running.client.post(path(), json=event).status_code == 204
    assert not soon()


def test_a_body_without_end_is_not_read(running: Listener) -> None:
    assert running.client.post(path(), content=b" " * (listener.BODY_BYTES + 1)).status_code == 413
    assert running.client.post(path(), content=iter([b"{}"])).status_code == 411


def test_who_sends_nothing_is_hung_up_on(running: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running._server.RequestHandlerClass, "timeout", 0.2)
    with socket.create_connection(("127.0.0.1", running.port), timeout=5) as silent:
        silent.sendall(f"POST {path()} HTTP/1.1\r\nContent-Length: 10\r\n\r\n".encode())
        assert silent.recv(100) == b""
    assert running.client.get("/healthz").status_code == 200


def test_an_event_that_cannot_be_noted_is_to_come_again(running: Listener) -> None:
    with engine().begin() as connection:
        connection.exec_driver_sql("DROP TABLE watches")

    assert running.client.post(path(), json=EVENT).status_code == 503


def test_health_is_that_of_the_worker(running: Listener) -> None:
    assert running.client.get("/healthz").json() == {"status": "ok"}
    running.well = False
    assert running.client.get("/healthz").status_code == 503
    assert running.client.get(path()).status_code == 404


def test_it_listens_on_the_loopback_address_only(running: Listener) -> None:
    assert running._server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("given", "base"), [(None, "http://127.0.0.1:5065"), ("https://hooks.example", "https://hooks.example"), ("", None)]
)
def test_the_address_for_the_operator(monkeypatch: pytest.MonkeyPatch, given: str | None, base: str | None) -> None:
    if given is not None:
        monkeypatch.setenv("WANHAO_LISTENER_URL", given)
    settings.cache_clear()

    address = listener.callback()

    if base is None:
        assert address is None
    else:
        assert address is not None
        assert address.startswith(f"{base}/listener/")
        assert len(address) > len(f"{base}/listener/") + 40
