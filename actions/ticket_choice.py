"""Which of the customer's tickets is meant: the one that was named, the only one that can be, or the one chosen."""

from collections.abc import Sequence

from actions.reading import Ask, Option
from actions.talk import Talk
from bss import inventory, sights, tickets, watch
from bss.errors import NotFound
from bss.tickets import Ticket
from common.times import moment_label

# As many as a customer wants to choose from.
SHOWN = 5


def tickets_of(number: str) -> list[Ticket]:
    """The latest tickets of whoever has a number, newest first; of a sub card those of its line. Raises BssError."""
    line = inventory.line(number)
    if line.speaks_for_all:
        return tickets.tickets(customer=line.customer, limit=50)
    return tickets.tickets(line=line.id, limit=50)


async def own_tickets(talk: Talk) -> list[Ticket]:
    """`tickets_of` the verified number. Raises BssError."""
    return await talk.call(tickets_of, talk.number)


async def choose(talk: Talk, own: Sequence[Ticket], fitting: Sequence[Ticket], none: str) -> Ask | Ticket | None:
    """The ticket that is meant, or the question which; None when there is none, which is said by `none` then.

    A number that was named counts whether it fits or not; what belongs to somebody else is not known here.
    """
    named = talk.values.get("ticket") or talk.values.get("ticket_number")
    if named:
        ticket = next((one for one in own if one.id == named), None) or await _older(talk, str(named))
        if ticket is None:
            talk.say("utter_ticket_unknown", ticket=str(named))
        return ticket
    if len(fitting) > 1:
        choices = [Option(f"{one.title} {moment_label(one.created)}", one.id) for one in fitting[:SHOWN]]
        return Ask("ticket", "utter_ticket_which", choices)
    if not fitting:
        talk.say(none)
        return None
    # What is meant stays the same, whatever state it is in when the journey goes on.
    talk.values["ticket"] = fitting[0].id
    return fitting[0]


async def _older(talk: Talk, named: str) -> Ticket | None:
    line = await talk.call(inventory.line, talk.number)
    try:
        found = await talk.call(tickets.ticket, named)
    except NotFound:
        return None
    theirs = found.customer == line.customer and (line.speaks_for_all or found.line == line.id)
    return found if theirs else None


async def known(talk: Talk, thing: sights.Thing) -> None:
    """Notes the state that the customer has just brought about, so that it is not told as news."""
    topic = "ticket" if isinstance(thing, Ticket) else "appointment"
    await talk.call(watch.watch, talk.tracker.sender_id, topic, thing.id, seen=sights.state_of(thing))
