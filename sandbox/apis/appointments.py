"""TMF646: time slots of the engineers in an area, and appointments that take them.

An appointment for a slot of the grid is confirmed while the slot has room, and refused (409) when it has not. One for
any other time is only taken down (initialized): somebody has to ring the customer back.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from sandbox import resources, times
from sandbox.documents import Document, characteristic
from sandbox.errors import ApiError
from sandbox.rules import RULES, TIMERS, Rules
from sandbox.states import moves, refuse_if_final, require_move
from sandbox.store import Transaction

API, APPOINTMENT, SEARCH = "646", "appointment", "searchTimeSlot"
MOVES = moves(
    initialized="confirmed cancelled failed",
    confirmed="completed cancelled failed",
    cancelled="",
    completed="",
    failed="",
)

SLOT_HOURS = (9, 11, 14, 16, 18)
SLOT_LENGTH = timedelta(hours=2)
DAYS_AHEAD = 7
_NOWHERE = "000000"


def _capacity(area: str, start: datetime) -> int:
    """How many engineers an area has free in a slot: 1 to 3, always the same for the same slot."""
    return zlib.crc32(f"{area}{start:%Y%m%d%H}".encode()) % 3 + 1


def _slot_id(area: str, start: datetime) -> str:
    return f"SLOT-{area}-{start:%Y%m%d%H}"


def _slots(now: datetime) -> list[datetime]:
    """The beginnings of all slots that can be booked: from tomorrow on, a week ahead."""
    today = now.astimezone(times.SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return [today + timedelta(days=day, hours=hour) for day in range(1, DAYS_AHEAD + 1) for hour in SLOT_HOURS]


def _area(transaction: Transaction, document: Document) -> str:
    """The area code that a request means: of its place, or of the line it is about."""
    place = document.get("relatedPlace") or {}
    if place.get("id"):
        return str(place["id"])
    for entity in document.get("relatedEntity") or ():
        line = transaction.get("637", "product", entity["id"])
        if line:
            return str(characteristic(line, "areaCode") or _NOWHERE)
    return _NOWHERE


def _free(transaction: Transaction, area: str, start: datetime, besides: str = "") -> int:
    taken = [
        appointment
        for appointment in transaction.search(API, APPOINTMENT, {"calendarEvent.id": [_slot_id(area, start)]})
        if appointment["status"] in {"initialized", "confirmed"} and appointment["id"] != besides
    ]
    return _capacity(area, start) - len(taken)


def _period(start: datetime) -> Document:
    return {"startDateTime": times.stamp(start), "endDateTime": times.stamp(start + SLOT_LENGTH)}


def _search(transaction: Transaction, search: Document) -> Document:
    """Finds the slots that have room, within ``requestedTimeSlot`` when there is one."""
    now, area = transaction.now(), _area(transaction, search)
    wanted = [slot["validFor"] for slot in search.get("requestedTimeSlot") or ()]
    found = [
        {"id": _slot_id(area, start), "validFor": _period(start), "@type": "TimeSlot"}
        for start in _slots(now)
        if (not wanted or any(_lies_in(start, period) for period in wanted)) and _free(transaction, area, start) > 0
    ]
    return search | {
        "status": "done",
        "searchDate": times.stamp(now),
        "searchResult": "success" if found else "noSlotAvailable",
        "availableTimeSlot": found,
    }


def _lies_in(start: datetime, period: Document) -> bool:
    begin, end = period.get("startDateTime"), period.get("endDateTime")
    return (begin is None or times.parse(begin) <= start) and (end is None or start + SLOT_LENGTH <= times.parse(end))


def _create(transaction: Transaction, appointment: Document) -> Document:
    now = times.stamp(transaction.now())
    appointment |= {"status": "initialized", "creationDate": now, "lastUpdate": now}
    return _book(transaction, appointment)


def _book(transaction: Transaction, appointment: Document) -> Document:
    """Takes the slot that the appointment is for, if it is one of the grid.

    Raises:
        ApiError: 409 when the slot is full.
    """
    start_text = appointment["validFor"].get("startDateTime")
    if start_text is None:
        return appointment
    start = times.parse(start_text).astimezone(times.SHANGHAI)
    if start not in _slots(transaction.now()):
        return appointment
    area = _area(transaction, appointment)
    if _free(transaction, area, start, besides=appointment["id"]) <= 0:
        raise ApiError(409, "this time slot has just been taken", code="slotTaken")
    transaction.set_timer(start + SLOT_LENGTH, "appointment.complete", appointment["id"])
    slot = {"id": _slot_id(area, start), "name": f"{start:%m-%d %H:%M}"}
    return appointment | {"status": "confirmed", "calendarEvent": slot, "validFor": _period(start)}


def _change(transaction: Transaction, before: Document, after: Document) -> Document:
    refuse_if_final(MOVES, before, "status")
    require_move(MOVES, before["status"], after["status"])
    after |= {"creationDate": before["creationDate"], "lastUpdate": times.stamp(transaction.now())}
    if after["status"] not in {"cancelled", "failed", "completed"} and after["validFor"] != before["validFor"]:
        after.pop("calendarEvent", None)
        after = _book(transaction, after | {"status": "initialized"})
    return after


def _complete(transaction: Transaction, due: datetime, identity: str) -> None:
    before = transaction.get(API, APPOINTMENT, identity)
    if before is None or before["status"] != "confirmed" or times.parse(before["validFor"]["endDateTime"]) > due:
        return
    after = before | {"status": "completed", "lastUpdate": times.stamp(due)}
    resources.store_change(transaction, API, APPOINTMENT, before, after)
    for entity in before.get("relatedEntity") or ():
        # An order that waited for the visit is done now.
        if transaction.get("622", "productOrder", entity["id"]) is not None:
            transaction.set_timer(due, "order.complete", entity["id"])


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, APPOINTMENT] = Rules(prefix="AP", create=_create, change=_change)
    RULES[API, SEARCH] = Rules(prefix="SS", create=_search)
    TIMERS["appointment.complete"] = _complete
