"""What is printed when everything answers."""

import json

import pytest

from deploy import welcome
from deploy.ports import Ports

PORTS = Ports(desk=8001)


def test_every_page_has_its_address() -> None:
    assert welcome.addresses(PORTS).split() == [
        "Customer",
        "page",
        "http://127.0.0.1:8001/",
        "Staff",
        "page",
        "http://127.0.0.1:8001/agent",
        "API",
        "http://127.0.0.1:8001/docs",
    ]


def test_three_things_to_try_in_two_languages() -> None:
    text = welcome.things_to_try("18900000001")
    assert text.count("18900000001") == 2
    assert sum(chinese in text and english in text for chinese, english in welcome.TRY) == 3


def test_without_a_sandbox_no_number_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    assert welcome.demo_number(Ports.free()) is None
    assert "number" not in welcome.things_to_try(None)


def test_the_number_is_that_of_an_ordinary_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    customers = [{"number": "1", "tags": ["arrears"]}, {"number": "2", "tags": ["basic"]}]
    monkeypatch.setattr(welcome, "get", lambda _url: (200, json.dumps(customers).encode()))
    assert welcome.demo_number(PORTS) == "2"
