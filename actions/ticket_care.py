"""催单 and 撤销: what a customer may do with a ticket that is being worked on."""

from collections.abc import Mapping
from typing import Any

from actions.journey import Journey, option
from actions.reading import Ask, Option
from actions.talk import Talk
from actions.ticket_choice import choose, known, own_tickets
from bss import appointments, tickets
from bss.tickets import Ticket


async def _working(talk: Talk) -> Ask | Ticket | None:
    """The ticket that is worked on and meant; what is over is said to be over."""
    own = await own_tickets(talk)
    ticket = await choose(talk, own, [one for one in own if one.open], "utter_ticket_none_open")
    if isinstance(ticket, Ticket) and not ticket.open and "moved" not in talk.values:
        talk.say(
            "utter_ticket_done_already" if ticket.state == "resolved" else "utter_ticket_ended",
            ticket=ticket.id,
            title=ticket.title,
        )
        return None
    return ticket


class ActionTicketUrge(Journey):
    """催单: a remark on the ticket."""

    about = "query_ticket_urge"
    entities = ("ticket_number",)

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_ticket_urge"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        ticket = await _working(talk)
        if not isinstance(ticket, Ticket):
            return ticket
        words = str(talk.values.get("said") or self.title(talk.values))
        await talk.call(tickets.add_note, ticket.id, words, idempotency_key=talk.key("urge"))
        talk.say("utter_ticket_urged" if ticket.kind == "fault" else "utter_complaint_urged", ticket=ticket.id)
        return None


class ActionTicketCancel(Journey):
    """撤销: after a second question the ticket is withdrawn, and nobody comes."""

    about = "query_ticket_cancel"
    entities = ("ticket_number",)

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_ticket_cancel"

    def stopped(self, values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """A ticket that was withdrawn stays so, though its visit could not be called off."""
        if "moved" in values:
            ticket = values.get("ticket") or values.get("ticket_number")
            return "utter_ticket_cancelled_visit_stays", {"ticket": str(ticket)}
        return super().stopped(values)

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        ticket = await _working(talk)
        if not isinstance(ticket, Ticket):
            return ticket
        if "confirm" not in values:
            choices = [Option(option("withdraw").title, "yes"), Option(option("not_withdrawn").title, "no")]
            blanks = {"ticket": ticket.id, "title": ticket.title}
            return Ask("confirm", "utter_ticket_cancel_confirm", choices, values=blanks)
        if values["confirm"] == "no":
            talk.say("utter_ticket_kept", ticket=ticket.id)
            return None
        if "moved" not in values:
            reason = str(values.get("said") or self.title(values))
            await known(
                talk, await talk.call(tickets.move, ticket.id, "cancelled", reason, idempotency_key=talk.key("cancel"))
            )
            values["moved"] = "yes"
        for visit in await talk.call(appointments.appointments, str(ticket.customer), limit=50):
            if visit.ahead and visit.ticket == ticket.id:
                called_off = await talk.call(
                    appointments.cancel, visit.id, idempotency_key=talk.key(f"visit-{visit.id}")
                )
                await known(talk, called_off)
        talk.say("utter_ticket_cancelled", ticket=ticket.id)
        return None
