"""TMF621 Trouble Ticket: faults and complaints, and how they get on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from bss.errors import Rejected
from bss.http import Answer, call
from bss.shape import moment, moment_or_none, objects, optional, related, text
from common.times import SHANGHAI

OPEN = frozenset({"acknowledged", "inProgress", "pending", "held"})


@dataclass(frozen=True)
class NewTicket:
    """What a ticket needs. `kind` is fault, complaint or callback; `severity` critical, major or minor.

    `customer` is `Line.customer`, None for somebody who has not proven who they are; `line` a `Line.id`; `previous` the
    closed ticket that this one repeats; `outage` the known outage that it belongs to; `promised` when the customer was
    promised an answer; `facts` what the engineer or the investigator should know, by name: contact, since, wish, …
    """

    kind: str
    title: str
    description: str
    severity: str
    customer: str | None
    line: str | None = None
    previous: str | None = None
    outage: str | None = None
    promised: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A state that a ticket entered; `reason` is the operator's, fit for a customer to read."""

    state: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Note:
    """A remark on a ticket: a fact that came with it has the fact's name as `id`."""

    id: str
    text: str
    at: datetime | None


@dataclass(frozen=True)
class Ticket:
    """A ticket. `state` is acknowledged, inProgress, pending, held, resolved, closed, cancelled or rejected.

    `expected` is when it is promised to be resolved; `seen` when this was read, by the operator's clock.
    """

    id: str
    kind: str
    title: str
    description: str
    severity: str
    state: str
    created: datetime
    expected: datetime | None
    resolved: datetime | None
    customer: str | None
    line: str | None
    history: tuple[Step, ...]
    notes: tuple[Note, ...]
    seen: datetime = field(compare=False)

    @property
    def open(self) -> bool:
        """Whether somebody still works on it."""
        return self.state in OPEN

    @property
    def late_by(self) -> timedelta | None:
        """How long after the promise it was resolved, or is not resolved yet; None when the promise is kept so far."""
        ends = self.seen if self.open else self.resolved
        return ends - self.expected if self.expected and ends and ends > self.expected else None

    def fact(self, name: str) -> str | None:
        """What was noted under a name, last."""
        return next((note.text for note in reversed(self.notes) if note.id == name), None)


def create(new: NewTicket, *, idempotency_key: str, reference: str | None = None) -> Ticket:
    """Opens a ticket; `reference` is our receipt number, by which the operator's people find it.

    The outbox calls this: an action uses `bss.outbox.submit`. Raises what `call` raises.
    """
    body: dict[str, Any] = {
        "ticketType": new.kind,
        "name": new.title,
        "description": new.description,
        "severity": new.severity,
        "note": [{"id": name, "text": fact} for name, fact in new.facts.items()],
    }
    related = [(new.line, "product", "Product"), (new.outage, "outage", "Outage")]
    body["relatedEntity"] = [
        {"id": identity, "role": role, "@referredType": kind} for identity, role, kind in related if identity
    ]
    if new.customer:
        body["relatedParty"] = [{"id": new.customer, "role": "customer", "@referredType": "Customer"}]
    if new.previous:
        body["troubleTicketRelationship"] = [{"id": new.previous, "relationshipType": "isRepeatOf"}]
    if new.promised:
        body["requestedResolutionDate"] = new.promised.astimezone(SHANGHAI).isoformat(timespec="seconds")
    if reference:
        body["externalId"] = reference
    return _one(call("621", "POST", "/troubleTicket", body=body, idempotency_key=idempotency_key))


def ticket(identity: str) -> Ticket:
    """One ticket; whose it is must be checked by who shows it. Raises NotFound, and what `call` raises."""
    return _one(call("621", "GET", f"/troubleTicket/{quote(identity, safe='')}"))


def tickets(*, customer: str | None = None, line: str | None = None, limit: int = 20) -> list[Ticket]:
    """The latest tickets of a customer or about a line (`Line.id`), newest first. Raises what `call` raises."""
    params: dict[str, str | int] = {"sort": "-creationDate", "limit": limit}
    if customer is not None:
        params["relatedParty.id"] = customer
    if line is not None:
        params["relatedEntity.id"] = line
    answer = call("621", "GET", "/troubleTicket", params=params)
    return [_ticket(entry, answer.at) for entry in objects(answer.body)]


def add_note(identity: str, words: str, *, idempotency_key: str) -> Ticket:
    """Adds a remark (催单, 补充说明), once for a key. Raises Rejected for a closed ticket, and what `call` raises."""
    path = f"/troubleTicket/{identity}"
    kept = objects(optional(call("621", "GET", path).body, "note") or [])
    if any(optional(note, "id") == idempotency_key for note in kept):
        return ticket(identity)
    body = {"note": [*kept, {"id": idempotency_key, "text": words}]}
    return _one(call("621", "PATCH", path, body=body, idempotency_key=idempotency_key))


def move(
    identity: str, state: str, reason: str, *, idempotency_key: str, facts: Mapping[str, str] | None = None
) -> Ticket:
    """Moves a ticket: cancelled withdraws it, closed confirms it; `facts` are noted with it.

    Raises Rejected (`illegalTransition`) for a move that its state does not allow, and what `call` raises.
    """
    path = f"/troubleTicket/{identity}"
    body: dict[str, Any] = {"status": state, "statusChangeReason": reason}
    if facts:
        kept = objects(optional(call("621", "GET", path).body, "note") or [])
        body["note"] = [*kept, *({"id": name, "text": fact} for name, fact in facts.items())]
    try:
        answer = call("621", "PATCH", path, body=body, idempotency_key=idempotency_key)
    except Rejected:
        # An earlier try whose answer was lost may have moved it.
        current = ticket(identity)
        if current.state == state:
            return current
        raise
    return _one(answer)


def reopen(identity: str, reason: str, *, idempotency_key: str, facts: Mapping[str, str] | None = None) -> Ticket:
    """Has a resolved ticket worked on again. A closed one is Rejected: `NewTicket.previous` takes its place."""
    return move(identity, "inProgress", reason, idempotency_key=idempotency_key, facts=facts)


def _one(answer: Answer) -> Ticket:
    return _ticket(answer.body, answer.at)


def _ticket(entry: Any, seen: datetime) -> Ticket:
    return Ticket(
        id=text(entry, "id"),
        kind=text(entry, "ticketType"),
        title=str(optional(entry, "name") or ""),
        description=text(entry, "description"),
        severity=text(entry, "severity"),
        state=text(entry, "status"),
        created=moment(entry, "creationDate"),
        expected=moment_or_none(entry, "expectedResolutionDate"),
        resolved=moment_or_none(entry, "resolutionDate"),
        customer=related(entry, "relatedParty", "customer"),
        line=related(entry, "relatedEntity", "product"),
        history=tuple(
            Step(text(step, "status"), moment(step, "changeDate"), str(optional(step, "changeReason") or ""))
            for step in objects(optional(entry, "statusChange") or [])
        ),
        notes=tuple(
            Note(str(optional(note, "id") or ""), str(optional(note, "text") or ""), moment_or_none(note, "date"))
            for note in objects(optional(entry, "note") or [])
        ),
        seen=seen,
    )
