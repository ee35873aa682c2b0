"""Tickets and visits as the tests of what comes after them need them: made at the operator's, not by talking."""

import uuid

import httpx

from bss import appointments, inventory, tickets
from bss.appointments import Appointment, NewAppointment
from bss.inventory import line
from bss.tickets import NewTicket, Ticket
from tests.bss import raw

# Without tickets, with broadband, of three stars.
NUMBER = "18900001036"
SOMEBODY_ELSES = "18900001001"
# One main card, three sub cards, broadband, television and a landline.
FAMILY = "15300001033"


def sub_card() -> str:
    """A sub card of FAMILY's."""
    lines = inventory.lines(line(FAMILY).customer)
    return next(one.number for one in lines if one.kind == "mobile" and not one.main_card)


def key() -> str:
    return uuid.uuid4().hex


def ticket(*states: str, kind: str = "fault", title: str = "报手机故障", number: str = NUMBER, **facts: str) -> Ticket:
    """A ticket that has gone through these states after acknowledged."""
    of = line(number)
    new = NewTicket(kind, title, "用不了", "minor", of.customer, line=of.id, facts={"contact": number} | facts)
    made = tickets.create(new, idempotency_key=key())
    for state in states:
        made = tickets.move(made.id, state, "test", idempotency_key=key())
    return made


def late_ticket(sandbox: httpx.Client, days: int = 2, number: str = NUMBER) -> Ticket:
    """A fault that was promised within a day and is not mended an hour after so many."""
    held = ticket("held", number=number)
    raw.advance(sandbox, f"P{days}DT1H")
    return tickets.ticket(held.id)


def visit(of: Ticket, number: str = NUMBER) -> Appointment:
    """The earliest free time, booked for a ticket."""
    slot = appointments.slots(str(of.line))[0]
    new = NewAppointment("repair", str(of.customer), str(of.line), slot.start, slot.end, number, ticket=of.id)
    return appointments.book(new, idempotency_key=key())
