import uuid
from datetime import timedelta

import httpx
import pytest

from bss import appointments
from bss.appointments import Appointment, NewAppointment, Slot
from bss.errors import ContractBroken, NotFound, Rejected
from common.times import utc_now
from tests.bss import raw

LINE, CUSTOMER = "P0001-01", "C0001"


def key() -> str:
    return uuid.uuid4().hex


def booked(slot: Slot, reference: str | None = None) -> Appointment:
    new = NewAppointment("repair", CUSTOMER, LINE, slot.start, slot.end, "18900001001", "光猫红灯", ticket="TT1")
    return appointments.book(new, idempotency_key=key(), reference=reference)


def test_free_times_come_earliest_first_and_within_what_was_asked_for(sandbox: httpx.Client) -> None:
    found = appointments.slots(LINE)
    assert found
    assert [slot.start for slot in found] == sorted(slot.start for slot in found)
    assert all(slot.start > utc_now() and slot.end > slot.start for slot in found)

    middle = found[len(found) // 2].start
    assert appointments.slots(LINE, after=middle) == [slot for slot in found if slot.start >= middle]
    assert appointments.slots(LINE, before=middle) == [slot for slot in found if slot.end <= middle]
    assert appointments.slots(LINE, after=middle + timedelta(days=300)) == []


def test_a_visit_is_booked_with_whom_to_ring_and_what_for(sandbox: httpx.Client) -> None:
    slot = appointments.slots(LINE)[-1]

    made = booked(slot, "WH2")

    assert (made.state, made.purpose, made.customer) == ("confirmed", "repair", CUSTOMER)
    assert (made.start, made.end) == (slot.start, slot.end)
    (found,) = raw.get(sandbox, "646", "appointment", id=made.id)
    assert found["externalId"] == "WH2"
    assert found["contactMedium"][0]["characteristic"]["phoneNumber"] == "18900001001"
    assert [entity["id"] for entity in found["relatedEntity"]] == [LINE, "TT1"]
    assert appointments.appointment(made.id) == made
    assert made in appointments.appointments(CUSTOMER, limit=100)


def test_a_slot_that_is_gone_is_refused_as_taken(sandbox: httpx.Client) -> None:
    slot = appointments.slots(LINE)[-2]
    with pytest.raises(Rejected) as raised:  # noqa: PT012
        for _ in range(4):
            booked(slot)
    assert raised.value.code == "slotTaken"
    assert slot not in appointments.slots(LINE)


def test_a_visit_moves_and_is_called_off_also_twice(sandbox: httpx.Client) -> None:
    first, *_, other = appointments.slots(LINE)[:-2]
    made = booked(first)

    moved = appointments.reschedule(made.id, other, idempotency_key=key())
    assert (moved.state, moved.start) == ("confirmed", other.start)
    for _ in range(2):
        assert appointments.cancel(made.id, idempotency_key=key()).state == "cancelled"
    with pytest.raises(Rejected):
        appointments.reschedule(made.id, first, idempotency_key=key())


def test_unknown_visits_and_wrong_types(sandbox: httpx.Client) -> None:
    with pytest.raises(NotFound):
        appointments.cancel("AP9", idempotency_key=key())
    sandbox.post("/sandbox/faults", json={"api": "646", "mode": "wrong_type"})
    with pytest.raises(ContractBroken):
        appointments.slots(LINE)
    with pytest.raises(ContractBroken):
        appointments.appointment("AP0001")
