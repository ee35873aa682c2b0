"""After a ticket: the customer confirms that it is settled, or says what is still wrong."""

from datetime import timedelta

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import identity_of
from actions.complaint_facts import cause_of, tells
from actions.handover import hand_over
from actions.handover_context import settled_just_now
from actions.journey import Journey
from actions.reading import Ask
from actions.talk import Talk
from actions.ticket_choice import choose, known, own_tickets, tickets_of
from actions.turn import in_turn
from bss import inventory, tickets
from bss.errors import BssError, Rejected
from bss.tickets import NewTicket, Ticket
from knowledge_base.content import content

# A ticket that was closed longer ago is another matter.
REOPENED = timedelta(days=30)


class ActionTicketSettled(Journey):
    """好了: closes a ticket that was resolved, with the root cause that it counts as."""

    about = "query_ticket"
    entities = ("ticket_number",)

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_ticket_settled"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        own = await own_tickets(talk)
        ticket = await choose(talk, own, [one for one in own if one.state == "resolved"], "utter_resolved")
        if not isinstance(ticket, Ticket):
            return ticket
        if ticket.open:
            talk.say("utter_ticket_still_open", ticket=ticket.id, title=ticket.title)
            return None
        if ticket.state == "resolved":
            words = str(content("promises")["settled"])
            cause = {"rootCause": cause_of(ticket)}
            await talk.call(tickets.move, ticket.id, "closed", words, idempotency_key=talk.key("settled"), facts=cause)
        talk.say("utter_ticket_settled", ticket=ticket.id)
        return None


class ActionTicketReopen(Journey):
    """还没好: asks what is still wrong, and has the ticket worked on again, or a new one in its place."""

    about = "query_ticket_reopen"
    entities = ("ticket_number",)

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_ticket_reopen"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        own = await own_tickets(talk)
        resolved = [one for one in own if one.state == "resolved"]
        closed = [one for one in own if one.state == "closed" and one.seen - one.created < REOPENED]
        working = [one for one in own if one.open]
        ticket = await choose(talk, own, resolved or working or closed, "utter_ticket_none_to_reopen")
        if not isinstance(ticket, Ticket):
            return ticket
        if "wrong" not in values and not tells(str(values.get("said", ""))):
            return Ask("wrong", "utter_ticket_wrong", accepts=("words",), values={"title": ticket.title})
        words = str(values.get("wrong") or values["said"])
        if ticket.open:
            await talk.call(tickets.add_note, ticket.id, words, idempotency_key=talk.key("note"))
            talk.say("utter_ticket_noted", ticket=ticket.id)
            return None
        if ticket.state == "resolved" and await _reopened(talk, ticket, words):
            return None
        await self._again(talk, ticket, words)
        return None

    async def _again(self, talk: Talk, ticket: Ticket, words: str) -> None:
        """A new ticket in the place of one that is closed for good."""
        line = await talk.call(inventory.line, talk.number)
        facts = {name: fact for name in ("type", "item", "wish") if (fact := ticket.fact(name))}
        request = NewTicket(
            kind=ticket.kind,
            title=ticket.title,
            description=words,
            severity="major",
            customer=line.customer,
            line=ticket.line,
            previous=ticket.id,
            facts=facts | {"contact": ticket.fact("contact") or line.contact or talk.number},
        )
        receipt = await talk.submit(request, "again")
        if receipt.refused:
            talk.say("utter_bss_rejected")
        elif receipt.state == "done":
            talk.say("utter_ticket_again", ticket=str(receipt.operator_number))
        else:
            talk.say("utter_ticket_again_later", receipt=receipt.number)


async def _reopened(talk: Talk, ticket: Ticket, words: str) -> bool:
    """Whether the ticket is worked on again; it may have been closed since it was read."""
    try:
        moved = await talk.call(
            tickets.reopen, ticket.id, words, idempotency_key=talk.key("reopen"), facts={"stillWrong": words}
        )
    except Rejected:
        return False
    await known(talk, moved)
    talk.say("utter_ticket_reopened", ticket=ticket.id)
    return True


async def _resolved(tracker: Tracker) -> Ticket | None:
    """The verified customer's ticket that waits for their word, if there is one and the operator can be asked."""
    identity = identity_of(tracker)
    if identity is None:
        return None

    def read() -> Ticket | None:
        return next((one for one in tickets_of(identity.number) if one.state == "resolved"), None)

    try:
        return await in_turn(tracker, read)
    except BssError:
        return None


class ActionResolved(Action):
    """解决了, without a question that it answers: perhaps the ticket that was just resolved is meant."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_resolved"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        ticket = await _resolved(tracker)
        if ticket is None:
            dispatcher.utter_message(response="utter_resolved")
        else:
            dispatcher.utter_message(response="utter_ticket_is_it_settled", ticket=ticket.id, title=ticket.title)
        return []


class ActionNotResolved(Action):
    """没解决: after a person one comes again at once; what was just resolved is worked on again; or one is offered."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_not_resolved"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if settled_just_now(tracker):
            return hand_over(dispatcher, tracker, "escalation", "utter_handover_again", escalation="again")
        if await _resolved(tracker) is not None:
            return await ActionTicketReopen().run(dispatcher, tracker, domain)
        dispatcher.utter_message(response="utter_not_resolved")
        return []
