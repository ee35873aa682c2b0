"""工单进度: how a ticket stands, until when it is promised, and when somebody comes."""

from actions.cards import row
from actions.handover_context import settled
from actions.journey import Journey
from actions.reading import Ask
from actions.talk import Talk
from actions.ticket_choice import SHOWN, choose, own_tickets
from bss import appointments
from bss.appointments import Appointment
from bss.errors import BssError
from bss.tickets import Ticket
from common.masking import mask_number
from common.times import moment_label, visit_label
from knowledge_base.content import content


class ActionQueryTicket(Journey):
    """Tells how one of the customer's tickets stands, with the others beside it."""

    about = "query_ticket"
    entities = ("ticket_number",)

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_ticket"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        own = await own_tickets(talk)
        number = mask_number(talk.number)
        if not own and "ticket_number" not in talk.values:
            talk.say("utter_tickets_none", number=number)
            return None
        working = [one for one in own if one.open]
        # What a person has just opened for the customer is what is asked about.
        opened = [one for one in own if one.id == settled(talk.tracker).get("number")]
        ticket = await choose(talk, own, opened or working or own[:1], "utter_tickets_none")
        if not isinstance(ticket, Ticket):
            return ticket
        visit = await visit_of(talk, ticket) if ticket.open else None
        states = content("promises")["states"]
        talk.show(
            _response(ticket, visit),
            kind="notice",
            title="我的工单",
            rows=[
                row(one.title, states.get(one.state, "处理中"), note=f"{one.id}，{moment_label(one.created)}登记")
                for one in dict.fromkeys((ticket, *own[:SHOWN]))
            ],
            ticket=ticket.id,
            title_text=ticket.title,
            state=states.get(ticket.state, "处理中"),
            at=moment_label(ticket.created),
            more=_more(ticket, visit),
        )
        return None


def _response(ticket: Ticket, visit: Appointment | None) -> str:
    if ticket.state == "resolved":
        return "utter_tickets_resolved"
    if not ticket.open:
        return "utter_tickets_ended"
    if ticket.late_by and ticket.kind == "fault":
        return "utter_tickets_late"
    return "utter_tickets_visit" if visit else "utter_tickets"


def _more(ticket: Ticket, visit: Appointment | None) -> str:
    """What is promised, as the end of the sentence; nothing for a ticket that is over."""
    told = content("promises")["progress"]
    if not ticket.open:
        return ""
    due = moment_label(ticket.expected) if ticket.expected else None
    more = "" if due is None else str(told["late" if ticket.late_by else "due"]).format(due=due)
    if visit and visit.start and visit.end:
        more += str(told["visit"]).format(when=visit_label(visit.start, visit.end))
    return more


async def visit_of(talk: Talk, ticket: Ticket) -> Appointment | None:
    """The visit that is still to come for a ticket; None also when nobody can be asked about it now."""
    try:
        visits = await talk.call(appointments.appointments, str(ticket.customer), limit=50)
    except BssError:
        return None
    return next((one for one in visits if one.ahead and one.ticket == ticket.id), None)
