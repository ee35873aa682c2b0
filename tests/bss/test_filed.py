"""Tickets that were filed are followed until the operator is done with them."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bss import filed, outbox, tickets
from bss.models import FiledTicket
from bss.tickets import NewTicket
from common.database import transaction
from common.times import utc_now
from tests.bss.scripted import Operator, answers

COMPLAINT = NewTicket(
    "complaint",
    "投诉计费",
    "多扣了钱",
    "minor",
    "C0001",
    promised=utc_now() + timedelta(days=5),
    facts={"type": "billing"},
)


def key() -> str:
    return f"{uuid.uuid4().hex}:ticket"


def row() -> FiledTicket:
    with transaction() as session:
        found: FiledTicket = session.scalars(sa.select(FiledTicket)).one()
        return found


def due() -> None:
    """Lets time pass until the ticket is looked at again."""
    with transaction() as session:
        session.execute(sa.update(FiledTicket).values(next_look_at=utc_now()))


@pytest.mark.usefixtures("tables")
def test_what_was_filed_is_kept_without_the_customers_words() -> None:
    receipt = outbox.submit(COMPLAINT, key(), conversation="c1")

    kept = row()
    assert (kept.receipt, kept.number) == (receipt.number, receipt.operator_number)
    assert (kept.kind, kept.subject, kept.customer, kept.conversation_id) == ("complaint", "billing", "C0001", "c1")
    assert "多扣了钱" not in str(vars(kept))
    assert not filed.look()


@pytest.mark.usefixtures("tables")
def test_a_ticket_is_followed_until_it_is_closed_and_its_cause_is_kept() -> None:
    number = outbox.submit(COMPLAINT, key()).operator_number or ""
    due()
    assert filed.look()
    assert row().state in tickets.OPEN
    assert row().cause is None
    for state in ("inProgress", "resolved"):
        tickets.move(number, state, "查清了", idempotency_key=key())
    tickets.move(number, "closed", "客户确认", idempotency_key=key(), facts={"rootCause": "支撑"})
    due()
    assert filed.look()

    ended = row()
    assert (ended.state, ended.cause, ended.next_look_at) == ("closed", "支撑", None)
    assert ended.resolved_at is not None
    assert ended.resolved_at < ended.expected_at
    assert not filed.look()


def test_what_cannot_be_looked_at_is_looked_at_again(alone: Operator) -> None:
    created = b'{"id":"TT1","ticketType":"complaint","description":"x","severity":"minor","status":"acknowledged",'
    created += b'"creationDate":"2026-11-22T08:00:00+08:00"}'
    alone.script = answers(201, created)
    outbox.submit(COMPLAINT, key())
    due()
    alone.script = answers(500, b"")
    assert filed.look()
    assert row().next_look_at > utc_now()
    due()
    alone.script = answers(200, created)

    assert filed.look()

    assert row().state == "acknowledged"


def test_a_ticket_that_the_operator_no_longer_knows_is_followed_no_more(alone: Operator) -> None:
    created = b'{"id":"TT1","ticketType":"complaint","description":"x","severity":"minor","status":"acknowledged",'
    alone.script = answers(201, created + b'"creationDate":"2026-11-22T08:00:00+08:00"}')
    outbox.submit(COMPLAINT, key())
    due()
    alone.script = answers(404, b"")

    assert filed.look()

    assert (row().state, row().next_look_at) == ("gone", None)


def test_what_was_withdrawn_was_never_filed(alone: Operator) -> None:
    alone.script = answers(422, b'{"code":"noSuchLine","reason":"x"}')
    receipt = outbox.submit(COMPLAINT, key())
    assert receipt.state == "stuck"
    assert row().number is None

    outbox.withdraw(receipt.number)

    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FiledTicket)) == 0


def test_the_same_request_again_files_nothing(alone: Operator) -> None:
    alone.script = answers(500, b"")
    same = key()
    outbox.submit(COMPLAINT, same)
    outbox.submit(COMPLAINT, same)

    assert row().number is None
