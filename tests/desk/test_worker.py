"""What the worker tells customers, and how its loops go on."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bss import outbox
from bss.models import OperatorRequest
from bss.tickets import NewTicket
from common.database import transaction
from common.times import utc_now
from desk import store, worker


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch, talk: str) -> outbox.Receipt:
    """A request of a conversation that was done after its turn."""
    numbers = iter(["", "TT20261122000001"])

    def create(*_: object) -> str:
        number = next(numbers)
        if not number:
            raise TimeoutError
        return number

    monkeypatch.setitem(outbox._SENDERS, NewTicket, create)
    receipt = outbox.submit(NewTicket("fault", "t", "d", "major", "C1"), uuid.uuid4().hex, conversation=talk)
    with transaction() as session:
        session.execute(sa.update(OperatorRequest).values(next_try_at=utc_now() - timedelta(seconds=1)))
    assert not worker.tell()
    assert outbox.work_one()
    return receipt


def test_a_customer_is_told_the_number_once(late: outbox.Receipt, talk: str) -> None:
    assert worker.tell()
    assert not worker.tell()

    lines, _ = store.history(talk, 0)
    (line,) = lines
    assert line["role"] == "bot"
    assert late.number in line["text"]
    assert "TT20261122000001" in line["text"]


@pytest.mark.parametrize("kind", outbox.KINDS)
def test_there_are_words_for_every_kind_of_request(late: outbox.Receipt, talk: str, kind: str) -> None:
    with transaction() as session:
        session.execute(sa.update(OperatorRequest).values(kind=kind))
    worker.tell()

    assert late.number in store.history(talk, 0)[0][0]["text"]


def test_a_late_top_up_comes_with_the_link_that_pays_it(late: outbox.Receipt, talk: str) -> None:
    with transaction() as session:
        session.execute(sa.update(OperatorRequest).values(kind="topup"))
    worker.tell()

    assert store.history(talk, 0)[0][0]["text"].endswith("/operator/v1/payment/TT20261122000001")


def test_a_conversation_that_is_gone_is_no_obstacle(late: outbox.Receipt) -> None:
    with transaction() as session:
        session.execute(sa.update(OperatorRequest).values(conversation_id="gone"))

    assert worker.tell()
    assert not worker.tell()
