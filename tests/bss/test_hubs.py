"""Subscriptions at the operator's hubs, and what its events tell."""

import json
from typing import Any

import httpx
import pytest

from bss.hubs import HUBS, RENEWED_AFTER_SECONDS, Subscriptions, changed
from sandbox.contract import contracts
from tests.bss.scripted import Operator, answers

CALLBACK = "http://127.0.0.1:9/listener/secret"


class Clock:
    """Seconds that only a test lets pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds


def asked(operator: Operator) -> list[tuple[str, str]]:
    """(method, last part of the path) of every request, as they came."""
    return [(seen.method, seen.path.rpartition("/")[2]) for seen in operator.seen]


def test_each_api_is_subscribed_to_once_an_hour(scripted: Operator) -> None:
    scripted.script = answers(201, b'{"id":"HUB1"}')
    clock = Clock()
    made = Subscriptions(CALLBACK, clock.now)

    assert not made.renew()
    assert not made.renew()
    assert asked(scripted) == [("POST", "hub")] * len(HUBS)
    body = json.loads(scripted.seen[0].body)
    assert body == {"callback": CALLBACK, "query": f"eventType={HUBS['621']}"}

    clock.seconds += RENEWED_AFTER_SECONDS
    made.renew()
    # The new one first: no event falls between.
    assert [method for method, _ in asked(scripted)[len(HUBS) :]] == ["POST", "DELETE"] * len(HUBS)


def test_a_hub_that_refuses_is_asked_again_after_a_growing_pause(scripted: Operator) -> None:
    scripted.script = answers(400, b"{}")
    clock = Clock()
    made = Subscriptions(CALLBACK, clock.now)
    when: list[float] = []
    for _ in range(40):
        before = len(scripted.seen)
        made.renew()
        if len(scripted.seen) > before:
            when.append(clock.seconds)
        clock.seconds += 1

    assert when == [0, 1, 3, 7, 15, 31]
    scripted.script = answers(201, b'{"id":"HUB1"}')
    clock.seconds += 120
    made.renew()
    before = len(scripted.seen)
    made.renew()
    assert len(scripted.seen) == before


def test_subscriptions_are_ended(sandbox: httpx.Client) -> None:
    made = Subscriptions(CALLBACK)
    made.renew()
    paths = [f"/tmf-api/troubleTicket/v4/hub/{made._made['621'].identity}"]
    made.end()

    assert [sandbox.delete(path).status_code for path in paths] == [404]


def test_the_sandbox_has_the_events_that_are_asked_for() -> None:
    for api, names in HUBS.items():
        assert {name[0].lower() + name[1:] for name in names.split(",")} <= set(contracts()[api].events)


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"event": {"troubleTicket": {"id": "TT1"}}}, ("ticket", "TT1")),
        ({"event": {"productOrder": {"id": "PO1"}}}, ("order", "PO1")),
        ({"event": {"appointment": {"id": "AP1"}}}, ("appointment", "AP1")),
        ({"event": {"serviceTest": {"id": "ST1"}}}, ("line_test", "ST1")),
        ({"event": {"product": {"id": "P1"}}}, None),
        ({"event": {"troubleTicket": {"id": 1}}}, None),
        ({"event": []}, None),
        ([], None),
        ("x", None),
        (None, None),
    ],
)
def test_an_event_names_what_changed(event: Any, found: tuple[str, str] | None) -> None:
    assert changed(event) == found
