"""改上门时间: another time for a visit that was agreed."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from actions.account import Params
from actions.journey import Journey
from actions.reading import Ask, Option
from actions.talk import Talk
from actions.ticket_choice import known
from actions.visits import slot_for, slot_options
from bss import appointments, inventory
from bss.appointments import Appointment
from bss.errors import Rejected
from common.times import visit_label


class ActionTicketReschedule(Journey):
    """A visit that is still to come gets another time."""

    about = "query_ticket_reschedule"
    entities = ("ticket_number", "date", "date_range", "time_slot")
    corrects: Mapping[str, str] = {"date": "slot"}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_ticket_reschedule"

    def params(self, tracker: Tracker) -> Params:
        """See `Journey`; of two times the last is wanted: 约的是明天，想改到后天."""
        found = super().params(tracker)
        last = {name: list(tracker.get_latest_entity_values(name)) for name in ("date", "date_range", "time_slot")}
        found |= {name: str(values[-1]) for name, values in last.items() if values}
        when = " ".join(found[name] for name in ("date", "date_range", "time_slot") if name in found)
        return found | ({"slot": when} if when else {})

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        visit = await self._visit(talk)
        if not isinstance(visit, Appointment):
            return visit
        free = await talk.call(appointments.slots, str(visit.line))
        if not free:
            talk.say("utter_visit_by_phone")
            return None
        wanted = values.pop("slot", None)
        slot = slot_for(free, str(wanted)) if wanted else None
        if slot is None:
            return Ask("slot", "utter_visit_taken" if wanted else "utter_visit_move_to", slot_options(free),
                       accepts=("when",), values=_blanks(visit))  # fmt: skip
        try:
            key = talk.key(f"move:{slot.start:%m%d%H}")
            moved = await talk.call(appointments.reschedule, visit.id, slot, idempotency_key=key)
        except Rejected as error:
            if error.code != "slotTaken":
                raise
            left = slot_options([one for one in free if one != slot])
            return Ask("slot", "utter_visit_taken", left, accepts=("when",), values=_blanks(visit))
        await known(talk, moved)
        talk.say("utter_visit_moved", when=visit_label(slot.start, slot.end))
        return None

    async def _visit(self, talk: Talk) -> Ask | Appointment | None:
        """The visit that is meant; or the question which; or None after having said that there is none."""
        line = await talk.call(inventory.line, talk.number)
        visits = await talk.call(appointments.appointments, line.customer, limit=50)
        theirs = [one for one in visits if line.speaks_for_all or one.line == line.id]
        ahead = [one for one in theirs if one.ahead and one.start and one.line]
        chosen, ticket = talk.values.get("visit"), talk.values.get("ticket_number")
        meant = [one for one in ahead if (chosen == one.id if chosen else ticket in (None, one.ticket))]
        if not meant:
            talk.say("utter_visit_none")
            return None
        if len(meant) > 1:
            return Ask("visit", "utter_visit_which", [Option(_label(one), one.id) for one in meant])
        return meant[0]


def _label(visit: Appointment) -> str:
    assert visit.start is not None
    return visit_label(visit.start, visit.end or visit.start)


def _blanks(visit: Appointment) -> dict[str, Any]:
    return {"when": _label(visit)}
