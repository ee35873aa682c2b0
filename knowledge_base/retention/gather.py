"""A line's profile, gathered from the operator's systems."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from bss import billing, customers, inventory, tickets, usage
from bss.customers import Customer
from bss.errors import BssError
from bss.inventory import Line
from bss.tickets import Ticket
from common.times import month_of, shanghai_today
from knowledge_base.retention.profile import Profile

logger = logging.getLogger(__name__)
T = TypeVar("T")

# This month, as rules call it, and the three before it.
MONTHS = 4
RECENTLY = timedelta(days=90)
_TICKETS = 50
_CONVERGED = frozenset({"mobile", "broadband", "iptv"})


def profile_of(number: str) -> Profile:
    """What is known of a line and its customer.

    Line, customer and subscriptions are needed; without bills, usage, tickets or the customer's other lines the profile
    has less in it. Raises NotFound for a number of nobody, and what `bss.http.call` raises.
    """
    line = inventory.line(number)
    return profile_from(line, customers.customer(line.customer), _helpful(lambda: inventory.lines(line.customer)))


def profiles() -> Iterator[Profile]:
    """The profiles of all lines of all customers, one after the other. Raises what `bss.http.call` raises."""
    for customer in customers.customers():
        lines = inventory.lines(customer.id)
        for line in lines:
            yield profile_from(line, customer, lines)


def profile_from(line: Line, customer: Customer, lines: Sequence[Line]) -> Profile:
    """The profile of a line when the customer and all the customer's lines are known. Raises as `profile_of` does."""
    held = inventory.subscriptions(line)
    bills = _helpful(lambda: billing.bills(line.account))
    today = shanghai_today()
    spend = latest({bill.month: bill.total for bill in bills}, today)
    months = _helpful(lambda: usage.history(line.number, MONTHS)) if line.kind == "mobile" else []
    minutes = latest({month.month: month.voice_minutes for month in months}, today)
    written = _helpful(lambda: tickets.tickets(customer=line.customer, limit=_TICKETS))
    there = [one for one in lines if one.account == line.account and one.state != "terminated"]
    kinds = {one.kind for one in there}
    return Profile(
        customer=line.customer,
        line=line.id,
        number=line.number,
        kind=line.kind,
        state=line.state,
        level=customer.level,
        customer_kind=customer.kind,
        age=customer.age,
        tenure_months=customer.tenure_months,
        spend=spend,
        minutes=minutes,
        contract_end=line.contract_end,
        speed_mbps=line.speed_mbps,
        plan_fee=next((one.fee for one in held if one.kind == "plan"), None),
        itv="iptv" in kinds,
        mobile_added="mobile" in kinds,
        converged=kinds >= _CONVERGED,
        corporate_paid=customer.corporate_paid,
        staff_line=line.staff,
        leased_line=line.leased,
        listed=customer.listed,
        do_not_disturb=customer.do_not_disturb,
        held=frozenset(one.offering for one in held if one.offering),
        faults=_recent(written, "fault"),
        complaints=_recent(written, "complaint"),
        open_tickets=sum(one.open for one in written),
        unpaid=sum(bill.unpaid for bill in bills) if bills else None,
    )


def _helpful(ask: Callable[[], list[T]]) -> list[T]:
    """What a call answers, or nothing when the operator cannot be asked: a suggestion does not depend on it."""
    try:
        return ask()
    except BssError as error:
        logger.warning("a profile goes without a part: %s", type(error).__name__)
        return []


def latest(by_month: Mapping[str, int], today: date) -> tuple[int, ...]:
    """The figures of the last whole months without a gap, the latest first; none when the last month is missing."""
    found = []
    for ago in range(1, MONTHS + 1):
        month = month_of(today, -ago)
        if month not in by_month:
            break
        found.append(by_month[month])
    return tuple(found)


def _recent(written: Sequence[Ticket], kind: str) -> int:
    return sum(one.kind == kind and one.seen - one.created <= RECENTLY for one in written)
