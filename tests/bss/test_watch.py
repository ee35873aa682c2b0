"""Watches in the database: claimed by one, told once, ended in time."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa

from bss import models, outbox, sights, watch
from bss.appointments import NewAppointment, appointment, reschedule, slots
from bss.balance import NewTopup
from bss.inventory import line
from bss.line_test import start
from bss.orders import NewOrder
from bss.tickets import NewTicket, ticket
from bss.watch import Watch
from bss.watch_states import EXPIRED
from common.database import transaction
from common.times import utc_now
from tests.bss import raw
from tests.bss.scripted import Operator, answers

TICKET = NewTicket("fault", "宽带障碍", "上不了网", "major", "C0001")


class Clock:
    """The time of the watches."""

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
    monkeypatch.setattr(watch, "utc_now", made.now)
    return made


def rows() -> list[models.Watch]:
    with transaction() as session:
        return list(session.scalars(sa.select(models.Watch).order_by(models.Watch.id)))


def due(clock: Clock) -> Watch:
    """The next watch, as soon as it is due."""
    clock.forward(400)
    found = watch.claim()
    assert found is not None
    return found


def settle(watched: Watch, state: str | None) -> str | None:
    with transaction() as session:
        return watch.settle(session, watched, state)


def age_by(age: timedelta) -> None:
    with transaction() as session:
        session.execute(sa.update(models.Watch).values(created_at=utc_now() - age))


# Who watches what


@pytest.mark.usefixtures("alone")
def test_a_conversation_watches_an_object_once() -> None:
    for _ in range(3):
        watch.watch("c1", "ticket", "TT1")
    watch.watch("c2", "ticket", "TT1")
    watch.watch("c1", "order", "TT1")

    assert [(row.conversation_id, row.topic, row.seen) for row in rows()] == [
        ("c1", "ticket", None),
        ("c2", "ticket", None),
        ("c1", "order", None),
    ]


@pytest.mark.usefixtures("alone")
def test_many_who_ask_at_once_make_one_watch() -> None:
    barrier = threading.Barrier(8)

    def ask(_: int) -> None:
        barrier.wait()
        watch.watch("c1", "ticket", "TT1")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))

    assert len(rows()) == 1


@pytest.mark.usefixtures("alone")
def test_what_the_customer_has_changed_is_no_news(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1", seen="resolved")
    watch.watch("c1", "ticket", "TT1", seen="inProgress")

    assert settle(due(clock), "inProgress") is None


@pytest.mark.usefixtures("alone")
def test_a_look_from_before_the_customers_change_tells_nothing(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1", seen="inProgress")
    looking = due(clock)
    watch.watch("c1", "ticket", "TT1", seen="inProgress")

    assert settle(looking, "resolved") is None
    assert settle(due(clock), "resolved") == "resolved"


@pytest.mark.usefixtures("alone")
def test_a_turn_that_read_the_state_before_what_was_just_told_does_not_bring_it_back(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1", seen="inProgress")
    assert settle(due(clock), "resolved") == "resolved"
    watch.watch("c1", "ticket", "TT1", seen="inProgress")

    assert settle(due(clock), "resolved") is None


# Looks


@pytest.mark.usefixtures("alone")
def test_nothing_is_due_at_first(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1")
    assert watch.claim() is None

    clock.forward(6)

    assert watch.claim() is not None


@pytest.mark.usefixtures("alone")
def test_a_watch_is_claimed_by_one_until_its_lease_ends(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1")
    clock.forward(6)

    with ThreadPoolExecutor(8) as pool:
        claimed = [found for found in pool.map(lambda _: watch.claim(), range(8)) if found]
    assert len(claimed) == 1

    clock.forward(watch.LEASE.total_seconds() + 1)
    again = watch.claim()
    assert again is not None
    # Only who holds it now may tell.
    assert settle(claimed[0], "resolved") is None
    assert settle(again, "resolved") == "resolved"
    assert rows()[0].looks == 2


@pytest.mark.usefixtures("alone")
def test_each_change_is_told_once(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1")

    seen = ["acknowledged", "inProgress", "inProgress", "resolved", "resolved", "closed"]

    assert [settle(due(clock), state) for state in seen] == [None, "inProgress", None, "resolved", None, None]
    assert rows() == []


@pytest.mark.usefixtures("alone")
def test_what_is_told_in_a_transaction_that_fails_is_told_by_the_next(clock: Clock) -> None:
    watch.watch("c1", "order", "PO1")
    looking = due(clock)
    with pytest.raises(LookupError), transaction() as session:  # noqa: PT012
        assert watch.settle(session, looking, "completed") == "completed"
        raise LookupError

    assert settle(due(clock), "completed") == "completed"
    assert rows() == []


@pytest.mark.usefixtures("alone")
def test_failed_looks_come_more_seldom_and_lose_nothing(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1")
    pauses = []
    for _ in range(5):
        looking = due(clock)
        clock.ahead = timedelta()
        assert settle(looking, None) is None
        pauses.append((rows()[0].next_look_at - utc_now()).total_seconds())

    assert pauses[-1] > 60 > pauses[0]
    assert rows()[0].failures == 5
    assert settle(due(clock), "resolved") == "resolved"
    assert rows()[0].failures == 0


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("state", [None, "inProgress"])
def test_a_line_test_without_a_result_is_told_of_in_the_end(clock: Clock, state: str | None) -> None:
    watch.watch("c1", "line_test", "ST1")
    age_by(timedelta(minutes=11))

    assert settle(due(clock), state) == EXPIRED
    assert rows() == []


@pytest.mark.usefixtures("alone")
def test_an_old_watch_ends_unheard(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1", seen="acknowledged")
    age_by(timedelta(days=31))

    assert settle(due(clock), "inProgress") is None
    assert rows() == []


# Events


@pytest.mark.usefixtures("alone")
def test_an_event_brings_the_look_forward_and_never_back(clock: Clock) -> None:
    watch.watch("c1", "ticket", "TT1")
    watch.watch("c1", "order", "TT1")
    age_by(timedelta(hours=10))
    for _ in range(2):
        assert settle(due(clock), "acknowledged") is None
    before = {row.topic: row.next_look_at for row in rows()}

    watch.nudge("ticket", "TT1")
    nudged = {row.topic: row.next_look_at for row in rows()}
    watch.nudge("ticket", "TT1")

    assert nudged["ticket"] < clock.now() + timedelta(seconds=3) < before["ticket"]
    assert nudged["order"] == before["order"]
    assert {row.topic: row.next_look_at for row in rows()} == nudged


@pytest.mark.usefixtures("alone")
def test_an_event_during_a_look_brings_another_look(clock: Clock) -> None:
    watch.watch("c1", "line_test", "ST1")
    early = due(clock)
    watch.nudge("line_test", "ST1")
    late = watch.claim()

    assert late is not None
    assert settle(early, "inProgress") is None
    assert settle(late, "completed") == "completed"


# The operator's objects


@pytest.mark.usefixtures("tables")
def test_what_the_outbox_creates_for_a_conversation_is_watched(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[0]
    of = line(number)
    slot = slots(of.id)[0]
    asked = [
        TICKET,
        NewOrder("add", of.customer, of.id, offering="VOICE-100"),
        NewTopup(number, 3050, "微信支付"),
        NewAppointment("repair", of.customer, of.id, slot.start, slot.end, number),
    ]
    made = [outbox.submit(new, uuid.uuid4().hex, conversation="c1") for new in asked]
    outbox.submit(TICKET, uuid.uuid4().hex)

    assert [(row.topic, row.identity, row.seen) for row in rows()] == [
        (receipt.kind, receipt.operator_number, None) for receipt in made
    ]
    # Each of them can be looked at.
    assert [sights.look(row.topic, row.identity).thing is None for row in rows()] == [False] * 4


def test_what_is_not_created_yet_is_not_watched(alone: Operator) -> None:
    alone.script = answers(503, b"")
    outbox.submit(TICKET, uuid.uuid4().hex, conversation="c1")

    assert rows() == []


@pytest.mark.usefixtures("tables")
def test_a_ticket_and_a_line_test_are_seen_as_they_are(sandbox: httpx.Client) -> None:
    receipt = outbox.submit(TICKET, uuid.uuid4().hex)
    test = start("nothing", idempotency_key=uuid.uuid4().hex)
    number = receipt.operator_number or ""
    assert sights.look("ticket", number) == sights.Sight("acknowledged", ticket(number))
    assert sights.look("line_test", test.id).state == "inProgress"

    sandbox.post("/sandbox/clock", json={"advance": "PT31M"}).raise_for_status()

    assert sights.look("ticket", number).state == "inProgress"
    assert sights.look("line_test", test.id).state == "completed"
    assert sights.look("ticket", "TT0") == sights.Sight("gone")


@pytest.mark.usefixtures("tables")
def test_a_visit_at_another_time_is_in_another_state(sandbox: httpx.Client) -> None:
    of = line(raw.numbers(sandbox, "basic")[0])
    first, *_, last = slots(of.id)
    new = NewAppointment("repair", of.customer, of.id, first.start, first.end, "18900001001")
    number = outbox.submit(new, uuid.uuid4().hex).operator_number or ""
    before = sights.look("appointment", number).state

    reschedule(number, last, idempotency_key=uuid.uuid4().hex)

    after = sights.look("appointment", number).state
    assert before is not None
    assert before.startswith("confirmed 20")
    assert before != after == sights.state_of(appointment(number))


@pytest.mark.usefixtures("tables")
def test_an_outage_is_over_when_it_is_no_longer_listed(sandbox: httpx.Client) -> None:
    outage = sandbox.get("/operator/v1/outage").json()[0]

    assert sights.look("outage", f"{outage['area']}/{outage['id']}").state == "on"
    assert sights.look("outage", f"{outage['areaCode']}/OUT9999").state == "over"
