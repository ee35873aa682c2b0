"""TMF621 Trouble Ticket: faults and complaints, and how they get on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bss.errors import Rejected
from bss.http import call
from bss.shape import moment, moment_or_none, objects, optional, related, text

OPEN = frozenset({"acknowledged", "inProgress", "pending", "held"})


@dataclass(frozen=True)
class NewTicket:
    """What a ticket needs. `kind` is fault, complaint or callback; `severity` critical, major or minor.

    `line` is a `Line.id`; `previous` the closed ticket that this one repeats; `outage` the known outage that it belongs
    to; `facts` what the engineer or the investigator should know, by name: contact, since, wish, …
    """

    kind: str
    title: str
    description: str
    severity: str
    customer: str
    line: str | None = None
    previous: str | None = None
    outage: str | None = None
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
    """A ticket. `state` is acknowledged, inProgress, pending, held, resolved, closed, cancelled or rejected."""

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

    @property
    def open(self) -> bool:
        """Whether somebody still works on it."""
        return self.state in OPEN


def create(new: NewTicket, *, idempotency_key: str, reference: str | None = None) -> Ticket:
    """Opens a ticket; `reference` is our receipt number, by which the operator's people find it.

    The outbox calls this: an action uses `bss.outbox.submit`. Raises what `call` raises.
    """
    body: dict[str, Any] = {
        "ticketType": new.kind,
        "name": new.title,
        "description": new.description,
        "severity": new.severity,
        "relatedParty": [{"id": new.customer, "role": "customer", "@referredType": "Customer"}],
        "note": [{"id": name, "text": fact} for name, fact in new.facts.items()],
    }
    related = [(new.line, "product", "Product"), (new.outage, "outage", "Outage")]
    body["relatedEntity"] = [
        {"id": identity, "role": role, "@referredType": kind} for identity, role, kind in related if identity
    ]
    if new.previous:
        body["troubleTicketRelationship"] = [{"id": new.previous, "relationshipType": "isRepeatOf"}]
    if reference:
        body["externalId"] = reference
    return _ticket(call("621", "POST", "/troubleTicket", body=body, idempotency_key=idempotency_key).body)


def ticket(identity: str) -> Ticket:
    """One ticket; whose it is must be checked by who shows it. Raises NotFound, and what `call` raises."""
    return _ticket(call("621", "GET", f"/troubleTicket/{identity}").body)


def tickets(*, customer: str | None = None, line: str | None = None, limit: int = 20) -> list[Ticket]:
    """The latest tickets of a customer or about a line (`Line.id`), newest first. Raises what `call` raises."""
    params: dict[str, str | int] = {"sort": "-creationDate", "limit": limit}
    if customer is not None:
        params["relatedParty.id"] = customer
    if line is not None:
        params["relatedEntity.id"] = line
    return [_ticket(entry) for entry in objects(call("621", "GET", "/troubleTicket", params=params).body)]


def add_note(identity: str, words: str, *, idempotency_key: str) -> Ticket:
    """Adds a remark (催单, 补充说明), once for a key. Raises Rejected for a closed ticket, and what `call` raises."""
    path = f"/troubleTicket/{identity}"
    kept = objects(optional(call("621", "GET", path).body, "note") or [])
    if any(optional(note, "id") == idempotency_key for note in kept):
        return ticket(identity)
    body = {"note": [*kept, {"id": idempotency_key, "text": words}]}
    return _ticket(call("621", "PATCH", path, body=body, idempotency_key=idempotency_key).body)


def move(identity: str, state: str, reason: str, *, idempotency_key: str) -> Ticket:
    """Moves a ticket: cancelled withdraws it, closed confirms it.

    Raises Rejected (`illegalTransition`) for a move that its state does not allow, and what `call` raises.
    """
    body = {"status": state, "statusChangeReason": reason}
    try:
        answer = call("621", "PATCH", f"/troubleTicket/{identity}", body=body, idempotency_key=idempotency_key).body
    except Rejected:
        # An earlier try whose answer was lost may have moved it.
        current = ticket(identity)
        if current.state == state:
            return current
        raise
    return _ticket(answer)


def reopen(identity: str, reason: str, *, idempotency_key: str) -> Ticket:
    """Has a resolved ticket worked on again. A closed one is Rejected: `NewTicket.previous` takes its place."""
    return move(identity, "inProgress", reason, idempotency_key=idempotency_key)


def _ticket(entry: Any) -> Ticket:
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
    )
