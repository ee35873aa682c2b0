"""TMF646 Appointment: free times of the engineers, and visits."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bss.errors import Rejected
from bss.http import call
from bss.shape import moment, moment_or_none, objects, optional, related, text
from common.times import SHANGHAI


@dataclass(frozen=True)
class Slot:
    """A time when an engineer is free."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class NewAppointment:
    """A visit to make. `purpose` is repair, install or move; `line` a `Line.id`; `ticket` or order it belongs to."""

    purpose: str
    customer: str
    line: str
    start: datetime
    end: datetime
    contact: str
    description: str = ""
    ticket: str | None = None


@dataclass(frozen=True)
class Appointment:
    """A visit. `state` is confirmed; initialized (somebody must ring back); cancelled, completed or failed.

    `line` is a `Line.id`, `ticket` what the visit was made for.
    """

    id: str
    state: str
    purpose: str
    start: datetime | None
    end: datetime | None
    customer: str | None
    line: str | None
    ticket: str | None

    @property
    def ahead(self) -> bool:
        """Whether somebody is still to come."""
        return self.state in {"confirmed", "initialized"}


def slots(line: str, *, after: datetime | None = None, before: datetime | None = None) -> list[Slot]:
    """Free times for a line (`Line.id`), the earliest first; empty when there is none. Raises what `call` raises."""
    body: dict[str, Any] = {"relatedEntity": [_line(line)]}
    wanted = {name: _stamp(at) for name, at in (("startDateTime", after), ("endDateTime", before)) if at}
    if wanted:
        body["requestedTimeSlot"] = [{"validFor": wanted}]
    # A key of its own lets the search be tried again.
    answer = call("646", "POST", "/searchTimeSlot", body=body, idempotency_key=uuid.uuid4().hex).body
    found = [
        Slot(moment(slot, "validFor", "startDateTime"), moment(slot, "validFor", "endDateTime"))
        for slot in objects(optional(answer, "availableTimeSlot") or [])
    ]
    return sorted(found, key=lambda slot: slot.start)


def book(new: NewAppointment, *, idempotency_key: str, reference: str | None = None) -> Appointment:
    """Books a visit; `reference` is our receipt number. The outbox calls this: an action uses `bss.outbox.submit`.

    Raises Rejected with code `slotTaken` when somebody was faster, and what `call` raises.
    """
    related = [_line(new.line)]
    if new.ticket:
        related.append({"id": new.ticket, "role": "ticket", "@referredType": "TroubleTicket"})
    body: dict[str, Any] = {
        "category": new.purpose,
        "validFor": _period(Slot(new.start, new.end)),
        "relatedParty": [{"id": new.customer, "role": "customer", "@referredType": "Customer"}],
        "relatedEntity": related,
        "contactMedium": [{"mediumType": "phone", "preferred": True, "characteristic": {"phoneNumber": new.contact}}],
    }
    if new.description:
        body["description"] = new.description
    if reference:
        body["externalId"] = reference
    return _appointment(call("646", "POST", "/appointment", body=body, idempotency_key=idempotency_key).body)


def appointment(identity: str) -> Appointment:
    """One visit; whose it is must be checked by who shows it. Raises NotFound, and what `call` raises."""
    return _appointment(call("646", "GET", f"/appointment/{identity}").body)


def appointments(customer: str, limit: int = 10) -> list[Appointment]:
    """The latest visits of a customer, newest first. Raises what `call` raises."""
    params: dict[str, str | int] = {"relatedParty.id": customer, "sort": "-creationDate", "limit": limit}
    return [_appointment(entry) for entry in objects(call("646", "GET", "/appointment", params=params).body)]


def reschedule(identity: str, slot: Slot, *, idempotency_key: str) -> Appointment:
    """Moves a visit to another time. Raises Rejected (`slotTaken`, or it is over), and what `call` raises."""
    return _change(identity, {"validFor": _period(slot)}, idempotency_key)


def cancel(identity: str, *, idempotency_key: str) -> Appointment:
    """Calls a visit off. Raises Rejected when it is over, and what `call` raises."""
    current = appointment(identity)
    if current.state == "cancelled":
        return current
    # The specification wants the time with every change.
    ends = {"startDateTime": current.start, "endDateTime": current.end}
    kept = {name: _stamp(at) for name, at in ends.items() if at}
    try:
        return _change(identity, {"status": "cancelled", "validFor": kept}, idempotency_key)
    except Rejected:
        # An earlier try whose answer was lost may have cancelled it.
        current = appointment(identity)
        if current.state == "cancelled":
            return current
        raise


def _change(identity: str, body: dict[str, Any], key: str) -> Appointment:
    return _appointment(call("646", "PATCH", f"/appointment/{identity}", body=body, idempotency_key=key).body)


def _line(identity: str) -> dict[str, str]:
    return {"id": identity, "role": "line", "@referredType": "Product"}


def _stamp(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _period(slot: Slot) -> dict[str, str]:
    return {"startDateTime": _stamp(slot.start), "endDateTime": _stamp(slot.end)}


def _appointment(entry: Any) -> Appointment:
    return Appointment(
        id=text(entry, "id"),
        state=text(entry, "status"),
        purpose=str(optional(entry, "category") or ""),
        start=moment_or_none(entry, "validFor", "startDateTime"),
        end=moment_or_none(entry, "validFor", "endDateTime"),
        customer=related(entry, "relatedParty", "customer"),
        line=related(entry, "relatedEntity", "line"),
        ticket=related(entry, "relatedEntity", "ticket"),
    )
