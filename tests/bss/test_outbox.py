"""Requests are written down, sent once, and come to an end, whatever happens between."""

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import httpx
import pytest
import sqlalchemy as sa

import bss.http
from bss import outbox
from bss.balance import NewTopup, topup
from bss.errors import NotFound, Rejected, Unavailable
from bss.http import turn
from bss.inventory import line
from bss.loyalty import BILL_CREDIT, NewRedemption
from bss.models import OperatorRequest
from bss.orders import NewOrder
from bss.outbox_states import IllegalMove
from bss.tickets import NewTicket, ticket
from common.database import engine, transaction
from common.masking import mask_text
from common.times import utc_now
from tests.bss import raw
from tests.bss.scripted import Operator, answers

TICKET = NewTicket("fault", "宽带障碍", "上不了网", "major", "C0001", facts={"contact": "18900001001"})
CREATED = b'{"id":"TT1","ticketType":"fault","description":"x","severity":"major","status":"acknowledged",' + (
    b'"creationDate":"2026-11-22T08:00:00+08:00"}'
)


def key() -> str:
    """A key that no other test has used."""
    return f"{uuid.uuid4().hex}:ticket"


def rows() -> list[OperatorRequest]:
    with transaction() as session:
        return list(session.scalars(sa.select(OperatorRequest).order_by(OperatorRequest.id)))


def named(sandbox: httpx.Client, receipt: str) -> list[dict[str, object]]:
    """The operator's tickets that carry a receipt number."""
    return raw.get(sandbox, "621", "troubleTicket", externalId=receipt)


class Clock:
    """The outbox's time."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """See `Clock`."""
    made = Clock()
    monkeypatch.setattr(outbox, "utc_now", made.now)
    return made


# A request in its turn


@pytest.mark.usefixtures("tables")
def test_the_operators_number_comes_in_the_same_turn(sandbox: httpx.Client) -> None:
    receipt = outbox.submit(TICKET, key(), conversation="c1")

    assert receipt.state == "done"
    (note,) = ticket(receipt.operator_number or "").notes
    assert (note.id, note.text) == ("contact", "18900001001")
    (found,) = named(sandbox, receipt.number)
    assert found["id"] == receipt.operator_number
    assert outbox.status(receipt.number) == receipt


@pytest.mark.usefixtures("tables")
def test_the_same_key_returns_the_same_receipt_and_creates_nothing(sandbox: httpx.Client) -> None:
    same = key()
    first = outbox.submit(TICKET, same)

    assert outbox.submit(TICKET, same) == first
    assert len(named(sandbox, first.number)) == len(rows()) == 1


def test_a_key_belongs_to_one_kind_of_request(alone: Operator) -> None:
    alone.script = answers(200, CREATED)
    same = key()
    outbox.submit(TICKET, same)

    with pytest.raises(ValueError, match="another kind"):
        outbox.submit(NewTopup("18900001001", 5000, "微信"), same)


def test_a_receipt_can_be_read_out_and_survives_masking_and_is_no_count(alone: Operator) -> None:
    alone.script = answers(200, CREATED)
    numbers = [outbox.submit(TICKET, key()).number for _ in range(20)]

    assert len(set(numbers)) == 20
    assert all(mask_text(number) == number for number in numbers)
    endings = [int(number[-9:].replace("-", "")) for number in numbers]
    assert max(endings) - min(endings) > 10**6
    assert outbox.status(numbers[0].lower()).number == numbers[0]


def test_receipts_carry_the_day_in_shanghai(alone: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "utc_now", lambda: datetime(2026, 11, 21, 16, 30, tzinfo=timezone.utc))
    alone.script = answers(200, CREATED)

    assert outbox.submit(TICKET, key()).number.startswith("WH1122-")


def test_an_unknown_receipt_is_not_found(alone: Operator) -> None:
    with pytest.raises(NotFound):
        outbox.status("WH1122-0000-0000")


def test_what_is_done_keeps_nothing_of_what_was_said(alone: Operator) -> None:
    alone.script = answers(500, b"")
    waiting = outbox.submit(TICKET, key())
    assert rows()[0].payload["facts"] == {"contact": "18900001001"}

    alone.script = answers(200, CREATED)
    with transaction() as session:
        session.execute(sa.update(OperatorRequest).values(next_try_at=utc_now()))
    bss.http._breakers.cache_clear()
    assert outbox.work_one()

    assert outbox.status(waiting.number).operator_number == "TT1"
    with engine().connect() as connection:
        assert connection.exec_driver_sql("SELECT payload FROM operator_requests").scalar() is None


def test_each_try_carries_the_key_and_the_same_body(alone: Operator, clock: Clock) -> None:
    alone.script = answers(500, b"")
    same = key()
    outbox.submit(TICKET, same)
    clock.forward(5)
    outbox.work_one()

    assert len(alone.seen) == 6
    assert {seen.headers["idempotency-key"] for seen in alone.seen} == {same}
    assert len({seen.body for seen in alone.seen}) == 1


def test_a_turn_whose_time_is_up_keeps_the_request(alone: Operator, clock: Clock) -> None:
    with turn(0.0, "late"):
        receipt = outbox.submit(TICKET, key())
    assert (receipt.state, receipt.operator_number) == ("waiting", None)
    assert alone.seen == []

    alone.script = answers(200, CREATED)
    clock.forward(2)
    assert outbox.work_one()
    assert outbox.status(receipt.number).state == "done"


# Refusals


@pytest.mark.usefixtures("tables")
def test_a_refused_request_is_stuck_with_its_reason_and_can_be_withdrawn() -> None:
    receipt = outbox.submit(NewTopup("19900000000", 5000, "微信支付"), key())

    assert (receipt.state, receipt.code) == ("stuck", "notFound")
    (seen,) = outbox.stuck()
    assert (seen.receipt, seen.attempts) == (receipt, 1)
    assert seen.request == NewTopup("19900000000", 5000, "微信支付")
    withdrawn = outbox.withdraw(receipt.number)
    assert (withdrawn.state, withdrawn.code, withdrawn.refused) == ("withdrawn", "notFound", True)
    assert outbox.withdraw(receipt.number) == withdrawn
    assert outbox.stuck() == []
    assert rows()[0].payload is None
    assert not outbox.work_one()


def test_a_person_sends_it_again_or_settles_it(alone: Operator) -> None:
    alone.script = answers(400, b'{"code":"invalidBody","reason":"severity"}')
    first, second = outbox.submit(TICKET, key(), conversation="c"), outbox.submit(TICKET, key(), conversation="c")
    assert (first.state, first.code, first.reason) == ("stuck", "invalidBody", "severity")

    alone.script = answers(200, CREATED)
    assert outbox.retry(first.number).state == "waiting"
    assert outbox.work_one()
    assert outbox.status(first.number).operator_number == "TT1"
    settled = outbox.settle(second.number, "TT77")
    assert (settled.state, settled.operator_number, settled.reason) == ("done", "TT77", None)
    with transaction() as session:
        assert {receipt.number for receipt in outbox.newly_done(session)} == {first.number, second.number}


def test_what_is_not_stuck_is_not_decided_about(alone: Operator) -> None:
    alone.script = answers(200, CREATED)
    done = outbox.submit(TICKET, key())

    decisions: list[Callable[[], object]] = [
        lambda: outbox.retry(done.number),
        lambda: outbox.withdraw(done.number),
        lambda: outbox.settle(done.number, "TT2"),
    ]
    for decide in decisions:
        with pytest.raises(IllegalMove):
            decide()
    assert outbox.status(done.number) == done


@pytest.mark.parametrize("status", [401, 403, 429])
def test_refusals_that_are_about_us_are_tried_again(alone: Operator, clock: Clock, status: int) -> None:
    alone.script = answers(status, b'{"code":"x","reason":"y"}')
    receipt = outbox.submit(TICKET, key())
    assert receipt.state == "waiting"

    alone.script = answers(200, CREATED)
    clock.forward(2)
    assert outbox.work_one()
    assert outbox.status(receipt.number).state == "done"


def test_nonsense_is_stuck_after_a_few_tries(alone: Operator, clock: Clock) -> None:
    alone.script = answers(200, b'{"id": 5}')
    receipt = outbox.submit(TICKET, key())
    for _ in range(9):
        assert outbox.status(receipt.number).state == "waiting"
        clock.forward(130)
        bss.http._breakers.cache_clear()
        assert outbox.work_one()

    assert (outbox.status(receipt.number).state, outbox.status(receipt.number).code) == ("stuck", "exhausted")


def test_a_row_that_cannot_be_read_keeps_no_other_from_being_sent(alone: Operator, clock: Clock) -> None:
    alone.script = answers(500, b"")
    broken, well = outbox.submit(TICKET, key()), outbox.submit(TICKET, key())
    with transaction() as session:
        session.execute(
            sa.update(OperatorRequest).where(OperatorRequest.receipt == broken.number).values(payload={"old": "shape"})
        )
    alone.script = answers(200, CREATED)
    bss.http._breakers.cache_clear()
    clock.forward(5)
    while outbox.work_one():
        pass

    assert outbox.status(well.number).state == "done"
    assert outbox.status(broken.number).state == "waiting"


# Leases


def test_a_row_is_sent_by_one_at_a_time(alone: Operator, clock: Clock) -> None:
    with turn(0.0, "late"):
        outbox.submit(TICKET, key())
    clock.forward(2)
    work = outbox._claim()

    assert work is not None
    assert outbox._claim() is None
    clock.forward(outbox.LEASE.total_seconds() + 1)
    assert outbox._claim() is not None


def test_a_crash_in_the_middle_frees_the_row_and_a_late_result_changes_nothing(
    alone: Operator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with turn(0.0, "late"):
        receipt = outbox.submit(TICKET, key())
    clock.forward(2)
    slow = outbox._claim()
    assert slow is not None
    clock.forward(outbox.LEASE.total_seconds() + 1)
    alone.script = answers(200, CREATED)
    assert outbox.work_one()
    alone.script = answers(400, b'{"code":"late","reason":""}')

    assert outbox._send(slow, told=False) is None
    assert outbox.status(receipt.number).state == "done"


def test_a_lease_outlasts_every_try() -> None:
    assert outbox.LEASE.total_seconds() > outbox.SEND_SECONDS + 5


# Telling


def test_only_what_was_done_after_its_turn_is_told_and_once(alone: Operator, clock: Clock) -> None:
    alone.script = answers(500, b"")
    late, nobody = outbox.submit(TICKET, key(), conversation="c1"), outbox.submit(TICKET, key())
    alone.script = answers(200, CREATED)
    bss.http._breakers.cache_clear()
    outbox.submit(TICKET, key(), conversation="c2")
    clock.forward(5)
    while outbox.work_one():
        pass

    with transaction() as session:
        assert [receipt.number for receipt in outbox.newly_done(session)] == [late.number]
    with transaction() as session:
        assert outbox.newly_done(session) == []
    assert outbox.status(nobody.number).state == "done"


# Everything at once


@pytest.mark.usefixtures("tables")
def test_fifty_threads_with_one_key_make_one_row_and_one_ticket(sandbox: httpx.Client) -> None:
    same = key()
    with ThreadPoolExecutor(50) as pool:
        receipts = list(pool.map(lambda _: outbox.submit(TICKET, same), range(50)))

    assert len({receipt.number for receipt in receipts}) == len(rows()) == 1
    assert len(named(sandbox, receipts[0].number)) == 1


@pytest.mark.usefixtures("tables")
def test_every_kind_of_request_reaches_its_system(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[0]
    of = line(number)

    paid = outbox.submit(NewTopup(number, 3050, "万号"), key())
    ordered = outbox.submit(NewOrder("add", of.customer, of.id, offering="VOICE-100"), key())

    points = outbox.submit(NewRedemption(of.customer, number, 100, BILL_CREDIT), key(), conversation="c1")

    assert (paid.state, ordered.state, points.state) == ("done", "done", "done")
    redeemed = raw.get(sandbox, "658", "loyaltyEvent", memberId=of.customer)
    assert points.operator_number in {event["id"] for event in redeemed}
    asked = topup(paid.operator_number or "")
    assert (asked.amount, asked.state) == (3050, "created")
    (found,) = raw.get(sandbox, "622", "productOrder", externalId=ordered.number)
    assert found["id"] == ordered.operator_number


FAULTS = [
    {"mode": "error"},
    {"mode": "error", "after": True},
    {"mode": "timeout", "after": True},
    {"mode": "reset"},
    {"mode": "reset", "after": True},
    {"mode": "malformed"},
    {"mode": "wrong_type"},
    {"mode": "slow_drip"},
]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
def test_twenty_tickets_through_a_bad_moment_are_twenty_tickets(
    sandbox: httpx.Client, clock: Clock, fault: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    # All of them are to meet the fault.
    monkeypatch.setattr(bss.http, "BREAKER_FAILURES", 10_000)
    sandbox.post("/sandbox/faults", json={"api": "621", "seconds": 600, **fault}).raise_for_status()

    def submit(same: str) -> outbox.Receipt:
        with turn(1.0, same):
            return outbox.submit(TICKET, same)

    with ThreadPoolExecutor(10) as pool:
        receipts = list(pool.map(submit, [key() for _ in range(20)]))
    assert {receipt.state for receipt in receipts} == {"waiting"}
    sandbox.delete("/sandbox/faults")
    bss.http._breakers.cache_clear()
    clock.forward(5)
    while outbox.work_one():
        pass

    found = Counter(named(sandbox, receipt.number)[0]["id"] for receipt in receipts)
    assert all(len(named(sandbox, receipt.number)) == 1 for receipt in receipts)
    assert len(found) == 20
    assert [outbox.status(receipt.number).operator_number for receipt in receipts] == list(found)


def test_errors_of_the_clients_are_what_the_outbox_expects(alone: Operator) -> None:
    outcomes = []
    for error in (Rejected("a", "b"), Rejected("a", "b", status=429), NotFound("x"), Unavailable("x")):
        work = outbox._Work(1, "l", "k", "r", "ticket", {}, 1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(outbox, "_request", _raising(error))
            outcomes.append(type(outbox._try(work)).__name__)
    assert outcomes == ["Refused", "Failed", "Refused", "Failed"]


def _raising(error: Exception) -> Callable[..., None]:
    def raises(*_: object) -> None:
        raise error

    return raises
