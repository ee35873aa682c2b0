"""派单: tickets out of a chat without typing again, and remarks on those that there are. All functions block."""

from typing import Any

from bss import tickets
from bss.errors import Rejected
from bss.inventory import Line
from bss.tickets import NewTicket, Ticket
from common.masking import mask_number, mask_text
from desk.errors import Refused
from desk.workbench.asking import asking
from desk.workbench.ordering import submit
from desk.workbench.subject import Subject, lines_of, meant
from knowledge_base.content import content, intent_title

Shown = dict[str, Any]

SECONDS = 4.0
KINDS = ("fault", "complaint", "callback")
SEVERITIES = ("critical", "major", "minor")
# What an engineer or an investigator should know, by the kind of ticket (actions/fault.py, actions/complaint.py).
_TOLD = {
    "fault": ("phenomenon", "light", "error_code", "duration", "finding", "tried"),
    "complaint": ("type", "when", "amount", "wish", "item"),
    "callback": ("topic", "when"),
}
_LATEST = 50


def draft(subject: Subject) -> Shown:
    """A ticket, filled from what the bot has gathered; without the operator, from the conversation alone."""
    journey = _journey(subject)
    kind = kind_of(subject)
    contact, duplicate = None, None
    if subject.number is not None:
        try:
            with asking(f"draft-{subject.handover}", SECONDS):
                line = meant(subject, lines_of(subject.number))
                contact = line.contact or subject.number
                duplicate = _open_one(tickets.tickets(customer=line.customer, limit=_LATEST), kind, line)
        except Refused:
            contact = subject.number
    names, values, hidden = (content("chats")[name] for name in ("fields", "values", "hidden_fields"))
    return {
        "kind": kind,
        "title": intent_title(subject.topic) or "",
        "description": _story(journey),
        "severity": "major" if "previous" in journey or subject.context.get("escalation") else "minor",
        "contact_mask": mask_number(contact) if contact else None,
        "facts": [
            {"label": names[name], "value": values.get(told, told)}
            for name, told in journey.items()
            if name in names and name not in hidden
        ],
        "duplicate": {"id": duplicate.id, "title": mask_text(duplicate.title)} if duplicate else None,
    }


def kind_of(subject: Subject) -> str:
    """fault for what is broken, complaint for who complains, callback for all else; by the group without a topic."""
    if subject.topic.startswith("report_fault") or (not subject.topic and subject.group == "fault"):
        return "fault"
    complains = subject.topic.startswith("complain") or (not subject.topic and subject.group == "complaint")
    return "complaint" if complains else "callback"


def create(
    subject: Subject, kind: str, title: str, description: str, severity: str, client_id: str, staff: int
) -> Shown:
    """Opens a ticket for the customer of a chat, once for a `client_id`. Raises Refused.

    Without a verified number it is nobody's, and says so by having no customer.
    """
    line = None
    if subject.number is not None:
        with asking(f"ticket-{subject.handover}", SECONDS):
            line = meant(subject, lines_of(subject.number))
    journey = _journey(subject)
    facts = {name: journey[name] for name in _TOLD[kind] if journey.get(name)}
    if line is not None:
        facts["contact"] = line.contact or str(subject.number)
    request = NewTicket(
        kind=kind,
        title=title,
        description=description,
        severity=severity,
        customer=line.customer if line else None,
        line=line.id if line else None,
        previous=journey.get("previous") if kind == kind_of(subject) else None,
        facts=facts,
    )
    receipt = submit(request, f"chat:{subject.handover}:{client_id}", subject, staff)
    return {"receipt": receipt.number, "number": receipt.operator_number, "state": receipt.state}


def remark(subject: Subject, ticket: str, text: str, client_id: str) -> Shown:
    """Adds a remark to a ticket of this customer's, once for a `client_id`. Raises Refused."""
    if subject.number is None:
        raise Refused(409, "customer_unknown")
    with asking(f"remark-{subject.handover}", SECONDS, "ticket_unknown"):
        own = lines_of(subject.number)
        found = tickets.ticket(ticket)
        theirs = found.customer == own[0].customer
        if not theirs or not (own[0].speaks_for_all or found.line == own[0].id):
            raise Refused(409, "ticket_unknown")
        try:
            tickets.add_note(found.id, text, idempotency_key=f"chat:{subject.handover}:{client_id}")
        except Rejected as error:
            raise Refused(409, "operator_refused", reason=error.reason) from error
    return {"ticket": found.id}


def _journey(subject: Subject) -> dict[str, str]:
    return {name: str(value) for name, value in (subject.context.get("journey") or {}).items() if value}


def _story(journey: dict[str, str]) -> str:
    """The customer's own words."""
    told = (journey.get(name, "").rstrip("。.！!") for name in ("said", "what"))
    return "，".join(dict.fromkeys(words for words in told if words))


def _open_one(found: list[Ticket], kind: str, line: Line) -> Ticket | None:
    """The open ticket of the same kind about the same line."""
    return next((one for one in found if one.open and one.kind == kind and one.line == line.id), None)
