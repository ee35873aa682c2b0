"""TMF621: the life of a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from sandbox_client import Sandbox

FAULT = {"description": "宽带上不了网", "severity": "major", "ticketType": "fault"}


def _move(sandbox: Sandbox, ticket: dict, status: str, **more: object) -> int:
    path = sandbox.path("621", f"troubleTicket/{ticket['id']}")
    return sandbox.patch(path, json={"status": status, **more}).status_code


def _history(sandbox: Sandbox, ticket: dict) -> list[str]:
    return [step["status"] for step in sandbox.one("621", "troubleTicket", ticket["id"])["statusChange"]]


def test_a_new_ticket_is_acknowledged_whatever_it_says(sandbox: Sandbox) -> None:
    ticket = sandbox.create("621", "troubleTicket", {**FAULT, "status": "closed"})
    assert ticket["status"] == "acknowledged"
    assert [step["status"] for step in ticket["statusChange"]] == ["acknowledged"]
    expected = datetime.fromisoformat(ticket["expectedResolutionDate"])
    assert expected - datetime.fromisoformat(ticket["creationDate"]) == timedelta(hours=24)
    assert ticket["priority"] == "2"


def test_the_legal_way_with_a_reopening(sandbox: Sandbox) -> None:
    ticket = sandbox.create("621", "troubleTicket", FAULT)
    way = ["inProgress", "held", "inProgress", "pending", "inProgress", "resolved", "inProgress", "resolved", "closed"]
    assert [_move(sandbox, ticket, status) for status in way] == [200] * len(way)
    assert _history(sandbox, ticket) == ["acknowledged", *way]


def test_reasons_are_kept(sandbox: Sandbox) -> None:
    ticket = sandbox.create("621", "troubleTicket", FAULT)
    assert _move(sandbox, ticket, "held", statusChangeReason="等待配件") == 200
    assert sandbox.one("621", "troubleTicket", ticket["id"])["statusChange"][-1]["changeReason"] == "等待配件"


@pytest.mark.parametrize(
    ("way", "illegal"),
    [
        ([], "resolved"), ([], "closed"), (["held"], "resolved"), (["inProgress"], "acknowledged"),
        (["inProgress", "resolved"], "held"), (["cancelled"], "inProgress"), (["rejected"], "acknowledged"),
        (["inProgress", "resolved", "closed"], "inProgress"),
    ],
)  # fmt: skip
def test_illegal_moves_are_refused(sandbox: Sandbox, way: list[str], illegal: str) -> None:
    ticket = sandbox.create("621", "troubleTicket", FAULT)
    for status in way:
        assert _move(sandbox, ticket, status) == 200
    assert _move(sandbox, ticket, illegal) == 409
    assert _history(sandbox, ticket) == ["acknowledged", *way]


def test_a_closed_ticket_never_changes(sandbox: Sandbox) -> None:
    ticket = sandbox.create("621", "troubleTicket", FAULT)
    for status in ("inProgress", "resolved", "closed"):
        _move(sandbox, ticket, status)
    path = sandbox.path("621", f"troubleTicket/{ticket['id']}")
    assert sandbox.patch(path, json={"description": "else"}).status_code == 409
    successor = {**FAULT, "troubleTicketRelationship": [{"id": ticket["id"], "relationshipType": "isRepeatOf"}]}
    made = sandbox.create("621", "troubleTicket", successor)
    assert sandbox.list("621", "troubleTicket", troubleTicketRelationship__id=ticket["id"]) == [made]


def test_stamps_belong_to_the_operator(sandbox: Sandbox) -> None:
    ticket = sandbox.create("621", "troubleTicket", FAULT)
    path = sandbox.path("621", f"troubleTicket/{ticket['id']}")
    forged = {"creationDate": "2001-01-01T00:00:00Z", "statusChange": [], "note": [{"text": "催单"}]}
    changed = sandbox.patch(path, json=forged).json()
    assert changed["creationDate"] == ticket["creationDate"]
    assert changed["statusChange"] == ticket["statusChange"]
    assert changed["note"] == [{"text": "催单"}]


def test_the_clock_moves_tickets_on(fresh: Sandbox) -> None:
    ticket = fresh.create("621", "troubleTicket", FAULT)
    held = fresh.create("621", "troubleTicket", FAULT)
    assert _move(fresh, held, "held") == 200
    fresh.advance("PT40M")
    assert _history(fresh, ticket)[-1] == "inProgress"
    fresh.advance("PT20H")
    assert _history(fresh, ticket)[-1] == "resolved"
    fresh.advance("P3D")
    assert _history(fresh, ticket) == ["acknowledged", "inProgress", "resolved", "closed"]
    assert _history(fresh, held) == ["acknowledged", "held"]


def test_a_reopened_ticket_is_not_closed_by_the_old_timer(fresh: Sandbox) -> None:
    ticket = fresh.create("621", "troubleTicket", FAULT)
    for status in ("inProgress", "resolved", "inProgress", "held"):
        assert _move(fresh, ticket, status) == 200
    fresh.advance("P10D")
    assert _history(fresh, ticket)[-1] == "held"


def test_answers_are_dated_by_the_operators_clock(fresh: Sandbox) -> None:
    before = parsedate_to_datetime(fresh.get("/sandbox/clock").headers["Date"])
    fresh.post("/sandbox/clock", json={"advance": "P3D"})

    after = parsedate_to_datetime(fresh.get("/sandbox/clock").headers["Date"])

    assert timedelta(days=3) <= after - before < timedelta(days=3, minutes=1)


def test_a_tighter_promise_of_the_front_office_is_kept(sandbox: Sandbox) -> None:
    wanted = {"requestedResolutionDate": "2001-01-01T00:00:00Z", "ticketType": "complaint"}
    ticket = sandbox.create("621", "troubleTicket", FAULT | wanted)

    expected = datetime.fromisoformat(ticket["expectedResolutionDate"])
    assert expected - datetime.fromisoformat(ticket["creationDate"]) == timedelta(hours=24)
