"""A visit that belongs to an order: its time is chosen before the order is confirmed, and booked after it."""

from datetime import datetime

from actions.journey import option
from actions.reading import Ask
from actions.talk import Talk
from actions.visits import slot_for, slot_options
from bss import appointments, outbox
from bss.appointments import NewAppointment
from bss.errors import BssError
from bss.inventory import Line
from common.times import visit_label

BY_PHONE = "by_phone"
# A time of `values["slot"]` that is none, and has the question put again.
_TAKEN = "taken"


async def visit_time(talk: Talk, line: Line) -> Ask | None:
    """Asks for a time until `values["visit"]` has its start and end, or none: then the engineer rings.

    Whatever happens to the operator's calendar, the order goes on.
    """
    values = talk.values
    if "visit" in values:
        return None
    # 后天上午来装: the first sentence may have said it.
    said = " ".join(str(values.pop(name)) for name in ("date", "time_slot") if name in values)
    wanted = values.pop("slot", None) or said
    try:
        free = await talk.call(appointments.slots, line.id)
    except BssError:
        free = []
    if not free or wanted == BY_PHONE:
        values["visit"] = []
        return None
    slot = slot_for(free, str(wanted)) if wanted else None
    if slot is None:
        choices = [*slot_options(free), option(BY_PHONE)]
        return Ask("slot", "utter_visit_taken" if wanted else "utter_visit_when", choices, accepts=("when",))
    values["visit"] = [slot.start.isoformat(), slot.end.isoformat()]
    return None


def visit_words(talk: Talk) -> str:
    """When the engineer comes, as the customer reads it."""
    visit = talk.values["visit"]
    return visit_label(*map(datetime.fromisoformat, visit)) if visit else option(BY_PHONE).title


async def book_visit(talk: Talk, purpose: str, line: Line, title: str) -> Ask | None:
    """Books the visit of the order `values["order"]` and says the journey's last sentence; or asks for another time.

    `purpose` is install or move. The order exists: the customer is not left without a word about it.
    """
    values = talk.values
    asked = await visit_time(talk, line)
    if asked is not None:
        return asked
    order = str(values["order"])
    if not values["visit"]:
        talk.say("utter_installation_by_phone", order=order)
        return None
    start, end = map(datetime.fromisoformat, values["visit"])
    contact = line.contact or talk.number
    request = NewAppointment(purpose, line.customer, line.id, start, end, contact, title, order)
    receipt = await talk.submit(request, f"visit:{start:%m%d%H}:{values.get('tries', 0)}")
    if receipt.refused:
        await talk.call(outbox.withdraw, receipt.number)
        del values["visit"]
        if receipt.code == "slotTaken":
            # The same time may be free again later, and is another booking then.
            values["tries"] = values.get("tries", 0) + 1
            values["slot"] = _TAKEN
            return await book_visit(talk, purpose, line, title)
        talk.say("utter_installation_by_phone", order=order)
        return None
    booked = receipt.state == "done"
    response = "utter_installation_booked" if booked else "utter_installation_visit_later"
    talk.say(response, order=order, when=visit_words(talk))
    return None
