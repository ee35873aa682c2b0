"""TMF621: fault and complaint tickets.

A ticket begins as acknowledged whatever the request says, is dispatched, resolved and closed by the clock, and may be
moved by hand along ``MOVES``. ``resolved -> inProgress`` reopens, which the specification's drawing lacks and every
contact centre needs; a closed ticket never changes, a new one with a relationship takes its place.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox import events, resources, times
from sandbox.documents import Document
from sandbox.rules import RULES, TIMERS, Rules
from sandbox.states import moves, refuse_if_final, require_move
from sandbox.store import Transaction

API, KIND = "621", "troubleTicket"

MOVES = moves(
    acknowledged="rejected pending held inProgress cancelled",
    inProgress="pending held resolved cancelled",
    pending="inProgress cancelled",
    held="inProgress cancelled",
    resolved="closed inProgress",
    rejected="",
    cancelled="",
    closed="",
)

# The demo operator's own promises; a real one has them in its ticket system.
_EXPECTED = {"fault": timedelta(hours=24), "complaint": timedelta(days=5)}
_EXPECTED_OTHERWISE = timedelta(hours=48)
_LEAST_PROMISE = timedelta(hours=24)
_PRIORITIES = {"critical": "1", "major": "2", "minor": "3"}
_DISPATCH_AFTER = timedelta(minutes=30)
_RESOLVED_BEFORE_PROMISE = timedelta(hours=4)
_RESOLVED_AFTER_REOPENING = timedelta(hours=20)
_WORKED_ON_FOR = timedelta(hours=1)
_CLOSE_AFTER = timedelta(hours=72)

_STAMPED_BY_OPERATOR = ("creationDate", "statusChange", "statusChangeDate", "lastUpdate")


def _create(transaction: Transaction, ticket: Document) -> Document:
    now = transaction.now()
    promise = _EXPECTED.get(ticket["ticketType"], _EXPECTED_OTHERWISE)
    if wanted := ticket.get("requestedResolutionDate"):
        # What was promised to the customer counts where it is the tighter promise.
        promise = min(promise, max(times.parse(wanted) - now, _LEAST_PROMISE))
    ticket.setdefault("priority", _PRIORITIES.get(ticket["severity"].lower(), "3"))
    ticket |= {
        "creationDate": times.stamp(now),
        "expectedResolutionDate": times.stamp(now + promise),
        "statusChange": [],
    }
    ticket.pop("resolutionDate", None)
    transaction.set_timer(now + _DISPATCH_AFTER, "ticket.dispatch", ticket["id"])
    transaction.set_timer(now + promise - _RESOLVED_BEFORE_PROMISE, "ticket.resolve", ticket["id"])
    return _enter(ticket, "acknowledged", ticket.get("statusChangeReason", "客户报单"), now)


def _enter(ticket: Document, status: str, reason: str, at: datetime) -> Document:
    """The ticket in a new status, with its history."""
    moment = times.stamp(at)
    step = {"status": status, "changeDate": moment, "changeReason": reason}
    ticket = ticket | {
        "status": status,
        "statusChangeDate": moment,
        "statusChangeReason": reason,
        "lastUpdate": moment,
        "statusChange": [*ticket["statusChange"], step],
    }
    if status == "resolved":
        ticket["resolutionDate"] = moment
    if status == "inProgress":
        ticket.pop("resolutionDate", None)
    return ticket


def _change(transaction: Transaction, before: Document, after: Document) -> Document:
    refuse_if_final(MOVES, before, "status")
    require_move(MOVES, before["status"], after["status"])
    now = transaction.now()
    after |= {name: before[name] for name in _STAMPED_BY_OPERATOR}
    if after["status"] == before["status"]:
        return after | {"lastUpdate": times.stamp(now)}
    given = after.get("statusChangeReason")
    reason = given if given and given != before.get("statusChangeReason") else _REASONS[after["status"]]
    after = _enter(after, after["status"], reason, now)
    _after_move(transaction, after, now)
    return after


_REASONS = {
    "inProgress": "处理中",
    "pending": "等待客户补充信息",
    "held": "暂缓处理",
    "resolved": "已处理",
    "closed": "已归档",
    "cancelled": "客户撤单",
    "rejected": "不予受理",
}


def _after_move(transaction: Transaction, ticket: Document, now: datetime) -> None:
    if ticket["status"] == "resolved":
        transaction.set_timer(now + _CLOSE_AFTER, "ticket.close", ticket["id"])
        events.announce(transaction, API, KIND, "Resolved", ticket)
    if ticket["status"] == "inProgress":
        transaction.set_timer(now + _RESOLVED_AFTER_REOPENING, "ticket.resolve", ticket["id"])
    if ticket["status"] == "pending":
        events.announce(transaction, API, KIND, "InformationRequired", ticket)


def _by_clock(from_status: str, to_status: str, reason: str, wait: timedelta = timedelta()) -> None:
    """Has the clock move tickets that are, and for ``wait`` have been, in a status."""

    def act(transaction: Transaction, due: datetime, identity: str) -> None:
        before = transaction.get(API, KIND, identity)
        if before is None or before["status"] != from_status or times.parse(before["statusChangeDate"]) > due - wait:
            return
        after = _enter(before, to_status, reason, due)
        _after_move(transaction, after, due)
        resources.store_change(transaction, API, KIND, before, after)

    TIMERS[{"inProgress": "ticket.dispatch", "resolved": "ticket.resolve", "closed": "ticket.close"}[to_status]] = act


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, KIND] = Rules(prefix="TT", create=_create, change=_change)
    _by_clock("acknowledged", "inProgress", "已派单")
    _by_clock("inProgress", "resolved", "已处理，待回访", _WORKED_ON_FOR)
    _by_clock("resolved", "closed", "回访归档", _CLOSE_AFTER - timedelta(seconds=1))
