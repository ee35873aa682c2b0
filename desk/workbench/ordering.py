"""What an agent wants to order for a customer, checked against the operator: whose line, what it costs, whether it may.

All functions block, and raise Refused.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from bss import balance, customers, inventory, outbox
from bss.catalogue import Offering
from bss.errors import NotFound
from bss.http import turn
from bss.inventory import Line, Subscription
from bss.outbox import Receipt
from bss.tickets import NewTicket
from common.database import transaction
from desk.errors import Refused, sentence
from desk.handover_models import HandoverNote
from desk.proposals import MADE, Put
from desk.workbench import goods, heard, terms
from desk.workbench.asking import asking
from desk.workbench.subject import Subject, lines_of, meant, sentences
from knowledge_base import tariffs
from knowledge_base.content import content

SECONDS = 4.0
ADD, CHANGE, END = "add", "modify", "delete"
_ENDED = ("addon", "vas")


def wanted(subject: Subject, offering: str, action: str, line: str | None = None, product: str | None = None) -> Put:
    """An addition, a change of plan or an end, as it may be put to the customer.

    `line` and `product` are the operator's ids; without them the line that the talk is about, and what is on it.
    """
    if subject.number is None:
        raise Refused(409, "customer_unknown")
    with asking(f"order-{subject.handover}", SECONDS):
        return _checked(subject, subject.number, offering, action, line, product)


def _checked(subject: Subject, number: str, offering: str, action: str, line: str | None, product: str | None) -> Put:
    sold = goods.offerings()
    asked = next((one for one in sold if one.id == offering), None)
    if asked is None or asked.kind not in goods.ORDERED:
        raise Refused(409, "offering_unfit")
    of = _line(subject, lines_of(number), asked, line)
    held = inventory.subscriptions(of)
    if action == END:
        return _end(of, held, asked, product)
    _refuse_pushing(subject, of)
    if of.state != "normal":
        states = content("workbench")["customer"]["line_states"]
        raise Refused(409, "line_stopped", state=states.get(of.state, of.state))
    if asked.kind == "plan":
        return _change(of, held, asked, sold, product)
    if action == CHANGE or not (asked.sold and asked.orderable):
        raise Refused(409, "offering_unfit")
    if any(one.offering == asked.id for one in held):
        raise Refused(409, "already_held", product=asked.name)
    return terms.of_addition(asked, of)


def _refuse_pushing(subject: Subject, of: Line) -> None:
    """Nothing is put to who has asked for the code to port out, nor, unasked, to who is not to be disturbed."""
    told = sentences(subject, heard.LATEST)
    if heard.said(subject.topic, subject.context.get("journey") or {}, told).code:
        raise Refused(409, "offer_closed")
    if customers.customer(of.customer).do_not_disturb and not heard.requests_order(subject.topic, told):
        raise Refused(409, "not_disturbed")


def _line(subject: Subject, lines: list[Line], asked: Offering, line: str | None) -> Line:
    """The customer's line that is named; else one of the offering's kind, what the talk is about before others."""
    if line is not None:
        fitting = [one for one in lines if one.id == line]
    else:
        first = meant(subject, lines)
        fitting = [first, *(one for one in lines if one.id != first.id)]
    found = next((one for one in fitting if one.kind == asked.line_type and one.state != "terminated"), None)
    if found is None:
        raise Refused(409, "line_unfit")
    return found


def _end(of: Line, held: Sequence[Subscription], asked: Offering, product: str | None) -> Put:
    found = [one for one in held if one.offering == asked.id and product in (None, one.id)]
    if not found:
        raise Refused(409, "not_held", product=asked.name)
    if found[0].kind not in _ENDED:
        raise Refused(409, "offering_unfit")
    return terms.of_end(found[0], of)


def _change(
    of: Line, held: Sequence[Subscription], asked: Offering, sold: Sequence[Offering], product: str | None
) -> Put:
    plan = next((one for one in held if one.kind == "plan" and product in (None, one.id)), None)
    present = next((one for one in sold if plan is not None and one.id == plan.offering), None)
    if plan is None or present is None:
        raise Refused(409, "plan_kind")
    if plan.offering in content("tariffs")["sub_cards"]:
        raise Refused(409, "plan_sub_card")
    obstacle = tariffs.obstacle(asked, of.kind, customers.customer(of.customer), present)
    if obstacle is not None:
        raise Refused(409, f"plan_{obstacle}")
    if _owes(of):
        raise Refused(409, "line_owes")
    return terms.of_change(asked, of, plan, can_undo=present.sold)


def _owes(of: Line) -> bool:
    try:
        return balance.balance(of.number) < 0
    except NotFound:
        return False


def submit(request: NewTicket, key: str, subject: Subject, staff: int) -> Receipt:
    """Submits a ticket of a chat, once for a key, and notes its number there. Raises Refused when the operator does.

    No transaction of the caller's may be open.
    """
    with turn(SECONDS, f"ticket-{subject.handover}"):
        receipt = outbox.submit(request, key, conversation=subject.conversation)
    if receipt.refused:
        # The agent is here to look at it: nobody else has to.
        outbox.withdraw(receipt.number)
        raise Refused(409, "operator_refused", reason=receipt.reason or sentence("reason_unknown"))
    number = receipt.operator_number or receipt.number
    with transaction() as session:
        known = sa.exists().where(
            HandoverNote.handover_id == subject.handover,
            HandoverNote.kind == MADE,
            HandoverNote.text.in_((number, receipt.number)),
        )
        if not session.scalar(sa.select(known)):
            session.add(HandoverNote(handover_id=subject.handover, kind=MADE, staff_id=staff, text=number))
    return receipt
