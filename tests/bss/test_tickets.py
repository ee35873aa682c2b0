import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bss import tickets
from bss.errors import ContractBroken, NotFound, Rejected
from bss.inventory import line
from bss.tickets import NewTicket, Ticket
from common.times import parse_iso, utc_now
from tests.bss import raw

LINE, CUSTOMER = "P0001-01", "C0001"
FAULT = NewTicket(
    "fault", "宽带障碍", "上不了网，光猫红灯", "major", CUSTOMER, line=LINE,
    facts={"contact": "18900001001", "since": "今天上午"},
)  # fmt: skip


@pytest.fixture
def made(sandbox: httpx.Client) -> Ticket:
    """A new fault ticket."""
    return tickets.create(FAULT, idempotency_key=key())


def key() -> str:
    return uuid.uuid4().hex


def moves(identity: str, *states: str) -> Ticket:
    for state in states:
        last = tickets.move(identity, state, "test", idempotency_key=key())
    return last


def test_a_new_ticket_says_everything_that_the_engineer_needs(sandbox: httpx.Client) -> None:
    made = tickets.create(FAULT, idempotency_key=key(), reference="WH1")

    (found,) = raw.get(sandbox, "621", "troubleTicket", id=made.id)
    assert found["externalId"] == "WH1"
    assert (found["name"], found["description"], found["severity"]) == (FAULT.title, FAULT.description, "major")
    assert {note["id"]: note["text"] for note in found["note"]} == FAULT.facts
    assert [entity["id"] for entity in found["relatedEntity"]] == [LINE]
    assert (made.state, made.open, made.customer, made.line) == ("acknowledged", True, CUSTOMER, LINE)
    assert made.created == parse_iso(found["creationDate"])
    assert made.expected == parse_iso(found["expectedResolutionDate"])
    assert tickets.ticket(made.id) == made


def test_a_ticket_of_somebody_who_has_not_said_who_they_are_has_no_customer(sandbox: httpx.Client) -> None:
    made = tickets.create(NewTicket("callback", "回电", "账单", "minor", None), idempotency_key=key())

    (found,) = raw.get(sandbox, "621", "troubleTicket", id=made.id)
    assert "relatedParty" not in found
    assert (made.customer, made.line, made.open) == (None, None, True)


def test_the_same_key_opens_one_ticket(sandbox: httpx.Client) -> None:
    same = key()

    assert tickets.create(FAULT, idempotency_key=same) == tickets.create(FAULT, idempotency_key=same)


def test_tickets_are_found_by_customer_and_by_line_newest_first(made: Ticket) -> None:
    newer = tickets.create(FAULT, idempotency_key=key())

    assert {ticket.id for ticket in tickets.tickets(customer=CUSTOMER)} >= {made.id, newer.id}
    found = tickets.tickets(line=LINE, limit=100)
    assert [ticket.created for ticket in found] == sorted((ticket.created for ticket in found), reverse=True)
    assert {made.id, newer.id} <= {ticket.id for ticket in found}
    assert tickets.tickets(customer="nobody") == []


def test_a_line_that_keeps_breaking_down_has_its_history(sandbox: httpx.Client) -> None:
    of = line(raw.numbers(sandbox, "repeat_fault")[0])

    former = [ticket for ticket in tickets.tickets(customer=of.customer) if ticket.state == "closed"]

    assert former
    assert [step.state for step in former[0].history] == ["acknowledged", "inProgress", "resolved", "closed"]
    assert former[0].resolved is not None


def test_a_remark_is_added_once_for_a_key_and_keeps_the_others(made: Ticket) -> None:
    same = key()
    for _ in range(2):
        noted = tickets.add_note(made.id, "催单：明天要开会", idempotency_key=same)

    assert [note.text for note in noted.notes] == [*FAULT.facts.values(), "催单：明天要开会"]


def test_a_customer_withdraws_a_ticket_also_when_the_first_answer_was_lost(sandbox: httpx.Client, made: Ticket) -> None:
    assert moves(made.id, "cancelled").state == "cancelled"

    assert moves(made.id, "cancelled").state == "cancelled"
    with pytest.raises(Rejected):
        moves(made.id, "inProgress")


def test_a_resolved_ticket_is_reopened_and_a_closed_one_gets_a_successor(made: Ticket) -> None:
    moves(made.id, "inProgress", "resolved")

    again = tickets.reopen(made.id, "客户说又断了", idempotency_key=key())

    assert (again.state, again.history[-1].reason) == ("inProgress", "客户说又断了")
    moves(made.id, "resolved", "closed")
    with pytest.raises(Rejected) as raised:
        tickets.reopen(made.id, "又断了", idempotency_key=key())
    assert raised.value.code == "illegalTransition"
    successor = tickets.create(
        NewTicket("fault", "重复障碍", "又断了", "critical", CUSTOMER, line=LINE, previous=made.id),
        idempotency_key=key(),
    )
    assert successor.open


def test_a_known_outage_is_named_on_the_ticket(sandbox: httpx.Client) -> None:
    made = tickets.create(NewTicket("fault", "t", "d", "minor", CUSTOMER, outage="OUT0001"), idempotency_key=key())

    (found,) = raw.get(sandbox, "621", "troubleTicket", id=made.id)
    assert [(entity["id"], entity["role"]) for entity in found["relatedEntity"]] == [("OUT0001", "outage")]


@pytest.mark.usefixtures("sandbox")
def test_an_unknown_ticket_is_not_found() -> None:
    with pytest.raises(NotFound):
        tickets.ticket("TT0")


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client, made: Ticket) -> None:
    sandbox.post("/sandbox/faults", json={"api": "621", "mode": "wrong_type"})

    calls: list[Any] = [lambda: tickets.ticket(made.id), lambda: tickets.tickets(customer=CUSTOMER)]
    for read in calls:
        with pytest.raises(ContractBroken):
            read()


def test_a_ticket_is_late_by_the_operators_clock_and_not_by_ours(sandbox: httpx.Client, made: Ticket) -> None:
    assert made.late_by is None
    moves(made.id, "held")  # nobody works on it, so that the promise passes
    raw.advance(sandbox, "P2D")

    late = tickets.ticket(made.id)
    raw.advance(sandbox, "P2D")
    ended = moves(made.id, "inProgress", "resolved")

    raw.reset(sandbox)
    assert late.late_by is not None
    assert 1 <= late.late_by.total_seconds() / 86_400 < 1.1
    assert ended.late_by is not None
    assert 3 <= ended.late_by.total_seconds() / 86_400 < 3.1


def test_what_the_customer_was_promised_is_what_the_operator_expects(sandbox: httpx.Client) -> None:
    promised = utc_now().replace(microsecond=0) + timedelta(days=2)
    complaint = NewTicket("complaint", "投诉", "乱扣费", "minor", CUSTOMER, promised=promised)

    assert tickets.create(complaint, idempotency_key=key()).expected == promised


def test_a_fact_is_noted_with_a_move_and_nothing_noted_is_lost(sandbox: httpx.Client, made: Ticket) -> None:
    moves(made.id, "inProgress", "resolved")

    closed = tickets.move(made.id, "closed", "客户确认", idempotency_key=key(), facts={"rootCause": "网络"})

    assert (closed.state, closed.fact("rootCause"), closed.fact("since")) == ("closed", "网络", "今天上午")
