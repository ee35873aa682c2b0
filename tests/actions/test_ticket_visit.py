from contextlib import suppress

import httpx
import pytest

from actions.ticket_visit import ActionTicketReschedule
from bss import appointments
from bss.appointments import NewAppointment, Slot
from bss.errors import Rejected
from bss.inventory import line
from common.times import SHANGHAI, visit_label
from tests.actions.journeys import Talker
from tests.actions.ticket_making import FAMILY, NUMBER, SOMEBODY_ELSES, key, sub_card, ticket, visit
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


async def test_a_visit_gets_another_time_by_button() -> None:
    coming = visit(ticket())
    talker = Talker(ActionTicketReschedule(), NUMBER)
    asked = await talker.begin("改上门时间")
    assert asked.responses == ["utter_visit_move_to"]
    title = list(talker.buttons)[-1]
    turn = await talker.press(title)

    moved = appointments.appointment(coming.id)
    assert turn.responses == ["utter_visit_moved"]
    assert title in turn.text
    assert moved.start is not None
    assert moved.end is not None
    assert visit_label(moved.start, moved.end) == title


async def test_the_time_in_the_first_sentence_is_taken_and_of_two_the_last() -> None:
    coming = visit(ticket())
    last = appointments.slots(str(coming.line))[-1]
    day = last.start.astimezone(SHANGHAI).date().isoformat()

    turn = await Talker(ActionTicketReschedule(), NUMBER).begin("那天晚上来", date=day, time_slot="18:00-20:00")

    moved = appointments.appointment(coming.id)
    assert turn.responses == ["utter_visit_moved"]
    assert moved.start is not None
    assert moved.start.astimezone(SHANGHAI).date().isoformat() == day


async def test_a_time_that_is_not_free_is_asked_again() -> None:
    visit(ticket())
    talker = Talker(ActionTicketReschedule(), NUMBER)

    turn = await talker.begin("改到明年元旦", date="2099-01-01")

    assert turn.responses == ["utter_visit_taken"]
    assert talker.buttons


async def test_somebody_who_was_faster_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ticket()
    coming = visit(made)
    talker = Talker(ActionTicketReschedule(), NUMBER)
    await talker.begin("改上门时间")
    assert talker.state is not None
    assert talker.state.ask is not None
    wanted = talker.state.ask.options[-1]
    free = appointments.slots(str(coming.line))
    # The search still finds the time that others take between it and the change.
    monkeypatch.setattr(appointments, "slots", lambda _: free)
    slot = next(one for one in free if one.start.isoformat() == wanted.value)
    _fill(str(made.line), slot)
    turn = await talker.press(wanted.title)

    assert turn.responses == ["utter_visit_taken"]
    assert wanted.title not in talker.buttons
    assert appointments.appointment(coming.id).start == coming.start


def _fill(where: str, slot: Slot) -> None:
    """Others book all that is free at a time in the line's area."""
    new = NewAppointment("repair", line(SOMEBODY_ELSES).customer, where, slot.start, slot.end, SOMEBODY_ELSES)
    with suppress(Rejected):
        for _ in range(4):
            appointments.book(new, idempotency_key=key())


async def test_one_of_several_visits_is_chosen() -> None:
    first, second = visit(ticket()), visit(ticket())
    talker = Talker(ActionTicketReschedule(), NUMBER)
    await talker.begin("改上门时间")
    assert talker.open == "utter_visit_which"
    await talker.press(next(iter(talker.buttons)))
    await talker.press(list(talker.buttons)[-1])

    moved = [one for one in (first, second) if appointments.appointment(one.id).start != one.start]
    assert len(moved) == 1


async def test_without_a_visit_nothing_is_changed() -> None:
    ticket()

    assert (await Talker(ActionTicketReschedule(), NUMBER).begin("改期")).responses == ["utter_visit_none"]


async def test_a_sub_card_moves_no_visit_of_the_owners() -> None:
    coming = visit(ticket(number=FAMILY), number=FAMILY)

    turn = await Talker(ActionTicketReschedule(), sub_card()).begin("改期")

    assert turn.responses == ["utter_visit_none"]
    assert appointments.appointment(coming.id).start == coming.start


async def test_for_a_ticket_that_was_named_no_other_visit_is_moved() -> None:
    named, coming = ticket(), visit(ticket())

    turn = await Talker(ActionTicketReschedule(), NUMBER).begin("改期", ticket_number=named.id)

    assert turn.responses == ["utter_visit_none"]
    assert appointments.appointment(coming.id).start == coming.start


async def test_in_place_of_a_chosen_visit_that_was_called_off_no_other_is_moved() -> None:
    first, second = visit(ticket()), visit(ticket())
    talker = Talker(ActionTicketReschedule(), NUMBER)
    await talker.begin("改上门时间")
    assert talker.state is not None
    assert talker.state.ask is not None
    # Two visits at the same time have the same title: the last is the one that is pressed.
    chosen = talker.state.ask.options[-1]
    appointments.cancel(chosen.value, idempotency_key=key())

    turn = await talker.press(chosen.title)

    left = next(one for one in (first, second) if one.id != chosen.value)
    assert turn.responses == ["utter_visit_none"]
    assert appointments.appointment(left.id).start == left.start
