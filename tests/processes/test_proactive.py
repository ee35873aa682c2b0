"""What the desk says of its own accord: once for each change, whoever dies and however the events come."""

import random
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from bss.models import Watch
from common.database import make_engine
from common.times import utc_now
from desk.models import Turn
from tests.processes.customer import Customer, Operator, nothing_leaked, wait_for
from tests.stack import Stack

TICKETS = "/tmf-api/troubleTicket/v4/troubleTicket"
# An event, and the time that a turn gets to speak first; without events the longest pause of a young watch; both on a
# machine with other things to do.
TOLD_SECONDS = 20
FOUND_SECONDS = 60
IN_PROGRESS, RESOLVED = "处理中", "处理完了"


@pytest.fixture(autouse=True)
def as_before(stack: Stack, operator: Operator) -> Iterator[None]:
    """Whatever a test has hurt runs again when the next one starts, and the operator is as seeded, its clock right."""
    operator.reset()
    yield
    stack.kill("rasa", signal.SIGCONT)
    operator.heal()
    operator.set_clock(datetime.now(timezone.utc))
    if stack.env.pop("WANHAO_LISTENER_URL", None) is not None or not stack.alive("worker"):
        stack.restart("worker")


@pytest.fixture
def ticket(customer: Customer, operator: Operator) -> str:
    """The number of a complaint that the customer has registered."""
    number = operator.number("multi_line")
    owner = operator.line(number)["relatedParty"][0]["id"]
    customer.say("话费余额")
    customer.verify(number)
    customer.say("我要投诉你们这边手机网络太差了")
    customer.press("尽快处理")
    told = customer.press("登记投诉").text
    listed = operator.http.get(TICKETS, params={"relatedParty.id": owner, "sort": "-creationDate", "limit": 5}).json()
    return next(entry["id"] for entry in listed if entry["id"] in told)


def moves(operator: Operator, ticket: str, state: str) -> None:
    """Somebody at the operator's moves a ticket."""
    operator.http.patch(f"{TICKETS}/{ticket}", json={"status": state}).raise_for_status()


def told(customer: Customer, ticket: str) -> list[dict[str, Any]]:
    """The lines that tell how a ticket got on."""
    lines = [line for line in customer.transcript() if f"您的工单{ticket}" in line["text"]]
    nothing_leaked(lines)
    return lines


def states(customer: Customer, ticket: str) -> list[str]:
    """Which states were told, in order."""
    texts = [line["text"] for line in told(customer, ticket)]
    return [next(state for state in (IN_PROGRESS, RESOLVED) if state in text) for text in texts]


def look_in_an_hour(stack: Stack) -> None:
    """Nothing is looked at for an hour, unless an event comes."""
    with closing(make_engine(stack.env["WANHAO_DATABASE_URL"]).connect()) as connection, connection.begin():
        connection.execute(sa.update(Watch.__table__).values(next_look_at=utc_now() + timedelta(hours=1)))


def forget_subscriptions(operator: Operator) -> None:
    """The operator loses all subscriptions to tickets."""
    for number in range(1, 100):
        operator.http.delete(f"/tmf-api/troubleTicket/v4/hub/HUB621-{number}")


def test_a_ticket_is_told_as_it_gets_on_though_events_come_twice_and_the_worker_dies(
    stack: Stack, operator: Operator, customer: Customer, ticket: str
) -> None:
    operator.fault("621", "duplicate_events", 300)
    look_in_an_hour(stack)
    operator.advance("PT31M")
    wait_for(lambda: states(customer, ticket) == [IN_PROGRESS], TOLD_SECONDS, "in progress")
    stack.kill("worker")
    moves(operator, ticket, "resolved")
    stack.restart("worker")
    wait_for(lambda: len(told(customer, ticket)) > 1, FOUND_SECONDS, "resolved")
    time.sleep(8)

    assert states(customer, ticket) == [IN_PROGRESS, RESOLVED]
    assert [choice["title"] for choice in told(customer, ticket)[-1]["choices"]] == ["好了", "还没好", "菜单"]


def test_a_worker_that_is_killed_at_any_moment_tells_each_change_once(
    stack: Stack, operator: Operator, customer: Customer, ticket: str
) -> None:
    chance = random.Random(10000)
    moves(operator, ticket, "inProgress")
    wait_for(lambda: told(customer, ticket), FOUND_SECONDS, "in progress")
    expected = [IN_PROGRESS]
    for _ in range(3):
        for state, words in (("resolved", RESOLVED), ("inProgress", IN_PROGRESS)):
            moves(operator, ticket, state)
            time.sleep(chance.uniform(1.5, 3.5))
            stack.kill("worker")
            stack.restart("worker")
            expected.append(words)
            wait_for(lambda: len(told(customer, ticket)) >= len(expected), FOUND_SECONDS, words)
    time.sleep(8)

    assert states(customer, ticket) == expected


def test_without_events_a_change_is_found_all_the_same(
    stack: Stack, operator: Operator, customer: Customer, ticket: str
) -> None:
    stack.env["WANHAO_LISTENER_URL"] = ""
    stack.restart("worker")
    forget_subscriptions(operator)
    moves(operator, ticket, "inProgress")
    wait_for(lambda: told(customer, ticket), FOUND_SECONDS, "in progress")

    assert states(customer, ticket) == [IN_PROGRESS]


def test_an_event_that_the_bot_goes_on_with_is_answered_when_the_bot_is_back_without_an_apology(
    stack: Stack, verified: Customer
) -> None:
    before = len(verified.transcript())
    stack.kill("rasa", signal.SIGSTOP)
    with closing(make_engine(stack.env["WANHAO_DATABASE_URL"]).connect()) as connection, connection.begin():
        values = {"id": uuid.uuid4().hex, "conversation_id": verified.id, "text": "", "payload": "/query_points"}
        connection.execute(sa.insert(Turn.__table__).values(values | {"created_at": utc_now()}))
    time.sleep(7)
    assert len(verified.transcript()) == before
    stack.kill("rasa", signal.SIGCONT)
    wait_for(lambda: len(verified.transcript()) > before, FOUND_SECONDS, "the points")
    time.sleep(2)

    lines = verified.transcript()[before:]
    assert [line["role"] for line in lines] == ["bot"] * len(lines)
    assert any("积分" in line["text"] or "积分" in str(line["card"]) for line in lines)
    assert not any("系统这会儿没有回应" in line["text"] or "让您久等了" in line["text"] for line in lines)
