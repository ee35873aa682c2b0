"""Subscriptions, delivery and retry of events; equal requests in parallel."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sandbox_client import Sandbox

TICKET = {"description": "d", "severity": "minor", "ticketType": "complaint"}


class Listener:
    """A subscriber that keeps what it gets, and refuses the first ``refusals`` events."""

    def __init__(self) -> None:
        self.events: list[dict] = []
        self.refusals = 0
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if listener.refusals:
                    listener.refusals -= 1
                    self.send_response(503)
                else:
                    listener.events.append(body)
                    self.send_response(201)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Keeps the test output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/listener"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def types(self) -> list[str]:
        return [event["eventType"] for event in self.events]


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def _wait(condition: Callable[[], bool], seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.05)


def _subscribe(sandbox: Sandbox, api: str, url: str, query: str = "") -> str:
    return sandbox.create(api, "hub", {"callback": url, "query": query})["id"]


def test_ticket_events_arrive_in_order(fresh: Sandbox, listener: Listener) -> None:
    _subscribe(fresh, "621", listener.url)
    ticket = fresh.create("621", "troubleTicket", TICKET)
    path = fresh.path("621", f"troubleTicket/{ticket['id']}")
    fresh.patch(path, json={"description": "e"})
    for status in ("inProgress", "pending", "inProgress", "resolved"):
        fresh.patch(path, json={"status": status})
    fresh.delete(path)
    change = "TroubleTicketStatusChangeEvent"
    expected = [
        "TroubleTicketCreateEvent", "TroubleTicketAttributeValueChangeEvent", change,
        "TroubleTicketInformationRequiredEvent", change, change, "TroubleTicketResolvedEvent", change,
        "TroubleTicketDeleteEvent",
    ]  # fmt: skip
    _wait(lambda: len(listener.events) == len(expected))
    assert listener.types() == expected
    assert listener.events[0]["event"]["troubleTicket"]["id"] == ticket["id"]
    assert len({event["eventId"] for event in listener.events}) == len(expected)


@pytest.mark.parametrize(
    ("api", "kind", "body", "wanted"),
    [
        (
            "622", "productOrder",
            {"productOrderItem": [{"id": "1", "action": "add", "productOffering": {"id": "nothing"}}]},
            "ProductOrderStateChangeEvent",
        ),
        (
            "653", "serviceTest",
            {"name": "t", "relatedService": {"id": "P0001-01"}, "testSpecification": {"id": "s"}},
            "ServiceTestStateChangeEvent",
        ),
        ("646", "searchTimeSlot", {}, "SearchTimeSlotCreateEvent"),
    ],
)  # fmt: skip
def test_what_happens_by_the_clock_is_announced(
    fresh: Sandbox, listener: Listener, api: str, kind: str, body: dict, wanted: str
) -> None:
    _subscribe(fresh, api, listener.url)
    fresh.create(api, kind, body)
    fresh.advance("PT10S")
    _wait(lambda: wanted in listener.types())


def test_a_subscriber_that_refuses_gets_the_event_again(fresh: Sandbox, listener: Listener) -> None:
    listener.refusals = 2
    _subscribe(fresh, "621", listener.url)
    fresh.create("621", "troubleTicket", TICKET)
    _wait(lambda: listener.types() == ["TroubleTicketCreateEvent"])


def test_duplicate_delivery_is_a_fault_that_can_be_had(fresh: Sandbox, listener: Listener) -> None:
    _subscribe(fresh, "621", listener.url)
    fresh.post("/sandbox/faults", json={"api": "621", "mode": "duplicate_events", "seconds": 20})
    fresh.create("621", "troubleTicket", TICKET)
    _wait(lambda: len(listener.events) == 2)
    assert listener.events[0] == listener.events[1]


def test_a_query_chooses_event_types_and_unsubscribing_ends_it(fresh: Sandbox, listener: Listener) -> None:
    hub = _subscribe(fresh, "621", listener.url, "eventType=TroubleTicketDeleteEvent")
    ticket = fresh.create("621", "troubleTicket", TICKET)
    fresh.delete(fresh.path("621", f"troubleTicket/{ticket['id']}"))
    _wait(lambda: listener.types() == ["TroubleTicketDeleteEvent"])
    assert fresh.delete(fresh.path("621", f"hub/{hub}")).status_code == 204
    assert fresh.delete(fresh.path("621", f"hub/{hub}")).status_code == 404
    other = fresh.create("621", "troubleTicket", TICKET)
    fresh.delete(fresh.path("621", f"troubleTicket/{other['id']}"))
    time.sleep(1)
    assert len(listener.events) == 1


def test_who_subscribed_still_hears_of_what_happens(fresh: Sandbox, listener: Listener) -> None:
    hub = _subscribe(fresh, "621", listener.url)
    listener.refusals = 1
    fresh.create("621", "troubleTicket", TICKET)
    for _ in range(2):
        fresh.post("/sandbox/reset").raise_for_status()
    fresh.create("621", "troubleTicket", TICKET | {"description": "after"})
    _wait(lambda: bool(listener.events))
    assert listener.events[-1]["event"]["troubleTicket"]["description"] == "after"
    assert _subscribe(fresh, "621", listener.url) != hub
    assert fresh.delete(fresh.path("621", f"hub/{hub}")).status_code == 204


def test_strangers_are_not_called(sandbox: Sandbox) -> None:
    made = sandbox.create("621", "hub", {"callback": "http://192.0.2.1/listener"})
    assert set(made) == {"id", "callback"}
    assert sandbox.post(sandbox.path("621", "hub"), json={"query": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("api", "kind", "body"),
    [
        ("621", "troubleTicket", TICKET),
        ("622", "productOrder", {"productOrderItem": [{"id": "1", "action": "add"}]}),
        ("646", "appointment", {"validFor": {}, "description": "parallel"}),
        (
            "654", "topupBalance",
            {"amount": {"amount": 10, "units": "CNY"}, "usageType": "monetary", "bucket": {"id": "BK0002-CNY"},
             "partyAccount": {"id": "A0002"}},
        ),
        ("621", "hub", {"callback": "http://127.0.0.1:1/x"}),
    ],
)  # fmt: skip
def test_fifty_equal_requests_at_once_make_one_object(fresh: Sandbox, api: str, kind: str, body: dict) -> None:
    def count() -> int:
        if kind == "hub":
            return 0
        return int(fresh.get(fresh.path(api, kind), params={"limit": 1}).headers["X-Total-Count"])

    def balance() -> float:
        return float(fresh.one("654", "bucket", "BK0002-CNY")["remainingValue"]["amount"])

    before, had = count(), balance()
    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(lambda _: fresh.create(api, kind, body, **{"Idempotency-Key": f"k:{kind}"})["id"], range(50))
        )
    assert len(set(answers)) == 1
    assert count() == (before if kind == "hub" else before + 1)
    assert balance() - had == pytest.approx(10 if kind == "topupBalance" else 0)
