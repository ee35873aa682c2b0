"""Looking at what is watched: an object of the operator's and the state it is in, of whatever API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timezone

from bss import appointments, balance, line_test, orders, outages, tickets
from bss.appointments import Appointment
from bss.balance import Topup
from bss.errors import NotFound
from bss.line_test import LineTest
from bss.orders import Order
from bss.tickets import Ticket
from bss.watch_states import GONE

Thing = Ticket | Order | Appointment | Topup | LineTest


@dataclass(frozen=True)
class Sight:
    """What was seen: a state of `bss.watch_states`, None for no answer, and the object in it, if it is one."""

    state: str | None
    thing: Thing | None = None


def look(topic: str, identity: str) -> Sight:
    """The object as it is now; an outage is named `<area>/<id>`. Raises what `call` raises, but for NotFound."""
    if topic == "outage":
        area, _, outage = identity.rpartition("/")
        return Sight("on" if any(found.id == outage for found in outages.outages(area)) else "over")
    try:
        thing = _READERS[topic](identity)
    except NotFound:
        return Sight(GONE)
    return Sight(state_of(thing), thing)


def state_of(thing: Thing) -> str:
    """The state that an object is in, as a watch has it: `watch(…, seen=state_of(ticket))`."""
    if isinstance(thing, LineTest):
        return "completed" if thing.done else "inProgress"
    if isinstance(thing, Appointment) and thing.start is not None:
        return f"{thing.state} {thing.start.astimezone(timezone.utc).isoformat(timespec='minutes')}"
    return thing.state


_READERS: dict[str, Callable[[str], Thing]] = {
    "ticket": tickets.ticket,
    "order": orders.order,
    "appointment": appointments.appointment,
    "topup": balance.topup,
    "line_test": line_test.result,
}
