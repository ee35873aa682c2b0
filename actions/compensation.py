"""慢必赔: whether a repair was later than promised, what that is worth, and the claim, once a ticket."""

from datetime import timedelta

from actions.journey import Journey, option
from actions.reading import Ask, Option
from actions.talk import Talk
from actions.ticket_choice import choose, own_tickets
from bss.tickets import NewTicket, Ticket
from common.money import yuan
from common.times import moment_label
from knowledge_base.content import content

_VOID = frozenset({"cancelled", "rejected"})


class ActionTicketCompensation(Journey):
    """A claim for a repair that took longer than was promised."""

    about = "query_ticket_compensation"
    entities = ("ticket_number",)

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_ticket_compensation"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        own = await own_tickets(talk)
        since = timedelta(days=int(content("promises")["compensation"]["claim_days"]))
        faults = [
            one for one in own if one.kind == "fault" and one.state not in _VOID and one.seen - one.created < since
        ]
        late = [one for one in faults if one.late_by]
        ticket = await choose(talk, own, late or faults[:1], "utter_compensation_none")
        if not isinstance(ticket, Ticket):
            return ticket
        claim = next((one for one in own if one.fact("compensates") == ticket.id and one.state not in _VOID), None)
        if claim is not None:
            talk.say("utter_compensation_claimed", ticket=ticket.id, claim=claim.id)
            return None
        if ticket not in faults or ticket.late_by is None:
            self._not_late(talk, ticket)
            return None
        amount = yuan(worth(ticket.late_by))
        if "confirm" not in values:
            choices = [Option(option("claim").title, "yes"), option("no")]
            blanks = {"ticket": ticket.id, "title": ticket.title, "due": _due(ticket), "amount": amount}
            return Ask("confirm", "utter_compensation_confirm", choices, values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        await self._claim(talk, ticket, amount)
        return None

    def _not_late(self, talk: Talk, ticket: Ticket) -> None:
        if ticket.kind != "fault" or ticket.state in _VOID or ticket.expected is None:
            talk.say("utter_compensation_none")
        elif ticket.open:
            talk.say("utter_compensation_not_yet", ticket=ticket.id, due=_due(ticket))
        else:
            talk.say("utter_compensation_in_time", ticket=ticket.id, due=_due(ticket))

    async def _claim(self, talk: Talk, ticket: Ticket, amount: str) -> None:
        request = NewTicket(
            kind="complaint",
            title=self.title({}),
            description=str(talk.values.get("said") or self.title({})),
            severity="minor",
            customer=str(ticket.customer),
            line=ticket.line,
            facts={"type": "compensation", "compensates": ticket.id, "amount": amount, "contact": talk.number},
        )
        receipt = await talk.submit(request, f"claim-{ticket.id}")
        if receipt.refused:
            talk.say("utter_bss_rejected")
            return
        response = "utter_compensation_done" if receipt.state == "done" else "utter_compensation_later"
        talk.say(response, receipt=receipt.operator_number or receipt.number, amount=amount)


def worth(late_by: timedelta) -> int:
    """Fen for a repair that was late by this much: so much for each day begun, up to a limit, by `promises.yml`."""
    rule = content("promises")["compensation"]
    days = -(-late_by // timedelta(days=1))
    return min(days * int(rule["each_day"]), int(rule["most"]))


def _due(ticket: Ticket) -> str:
    return moment_label(ticket.expected) if ticket.expected else ""
