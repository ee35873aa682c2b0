"""What agents propose and customers confirm (二次确认): put to them, taken back, answered once. All functions block.

An answer is carried out in three steps, so that no transaction waits for the operator: `press` writes it down and then
submits the order with the proposal's key; `answer` tells the customer in the transaction that ends their turn. A turn
that was cut off in between is repeated, and orders nothing twice.
"""

import re
import secrets
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import parse_obj_as
from sqlalchemy.orm import Session

from bss import outbox
from bss.http import turn as within
from bss.orders import NewOrder
from bss.outbox import Receipt
from common.database import transaction
from common.times import iso, utc_now
from desk import store
from desk.errors import Refused, sentence
from desk.handover_models import Handover, HandoverNote, Proposal
from desk.handover_states import OVER
from desk.models import Conversation
from desk.proposal_states import ASKED, CONFIRMED, DECLINED, FAILED, HOLDS, WITHDRAWN, lapsed, moved
from desk.store import Said, Shown
from knowledge_base.content import content
from knowledge_base.retention import outcomes
from knowledge_base.retention.outcomes import Outcome

CHOICE = "desk:proposal:"
YES, NO = "yes", "no"
# The kind of note whose text is the number of what was made in a chat.
MADE = "made"
# For the first try of the order, in a customer's turn; what is left goes to the worker.
SECONDS = 3.0
_PAYLOAD = re.compile(rf"{CHOICE}(\w{{1,32}}):({YES}|{NO})")


@dataclass(frozen=True)
class Put:
    """What is put to a customer: `terms` in words, the card beside them, and the order that a yes places.

    `offered` are the values of an `Outcome`, but for what is only known with the answer; None for what is no offer.
    `once`: to this customer one offer is put, and not again.
    """

    title: str
    terms: str
    card: dict[str, Any]
    order: NewOrder
    offer: str | None = None
    offered: dict[str, Any] | None = None
    once: bool = False


def shown(session: Session, made: Proposal) -> Shown:
    """As the contract has it; one whose order the operator refused later shows as failed."""
    return _shown(made, _receipt(session, made))


def _shown(made: Proposal, receipt: Receipt | None) -> Shown:
    refused = made.state == CONFIRMED and receipt is not None and receipt.refused
    return {
        "id": made.id,
        "offer": made.offer,
        "title": made.title,
        "terms": made.terms,
        "state": FAILED if refused else made.state,
        "receipt": made.receipt,
        "order": receipt.operator_number if receipt else None,
        "at": iso(made.created_at),
    }


def of(session: Session, handover: int) -> list[Shown]:
    """The proposals of a chat, newest first."""
    rows = session.scalars(
        sa.select(Proposal).where(Proposal.handover_id == handover).order_by(Proposal.created_at.desc())
    ).all()
    receipts = outbox.of_keys(session, [_key(row) for row in rows])
    return [_shown(row, receipts.get(_key(row))) for row in rows]


def put(session: Session, found: Handover, row: Conversation, what: Put, staff: int) -> Shown:
    """Puts something to the customer of a chat, in the place of what is open there.

    Raises Refused for an offer that may not be put any more; see `_may_be_put`.
    """
    if what.offer is not None and not _may_be_put(session, row.id, what):
        raise Refused(409, "offer_closed")
    for before in session.scalars(
        sa.select(Proposal).where(Proposal.handover_id == found.id, Proposal.state == ASKED).with_for_update()
    ).all():
        _move(session, before, "withdrawn")
    made = Proposal(
        id=secrets.token_hex(8),
        handover_id=found.id,
        staff_id=staff,
        offer=what.offer,
        title=what.title,
        terms=what.terms,
        order=asdict(what.order),
        detail={"offered": what.offered},
        state=ASKED,
        created_at=utc_now(),
    )
    session.add(made)
    session.flush()
    titles = content("desk")["choices"]
    choices = (
        (titles["proposal_yes"], f"{CHOICE}{made.id}:{YES}"),
        (titles["proposal_no"], f"{CHOICE}{made.id}:{NO}"),
    )
    found.answered_at = found.answered_at or utc_now()
    store.add_lines(session, row, [Said("agent", what.terms, choices, what.card, staff)])
    _tell(session, made)
    return shown(session, made)


def _may_be_put(session: Session, conversation: str, what: Put) -> bool:
    """Whether an offer may be put in a conversation: after a no none may. Who leaves is put one, and once.

    What the agent took back again before it was answered was not put.
    """
    before = session.execute(
        sa.select(Proposal.offer, Proposal.state)
        .join(Handover, Handover.id == Proposal.handover_id)
        .where(Handover.conversation_id == conversation, Proposal.offer.is_not(None))
    ).all()
    if any(state == DECLINED for _, state in before):
        return False
    return not what.once or all(offer == what.offer and state == WITHDRAWN for offer, state in before)


def withdraw(session: Session, found: Handover, row: Conversation, identity: str) -> Shown:
    """Takes a proposal back, and tells the customer; again does nothing. Raises Refused when it is answered."""
    made = _get(session, identity)
    if made is None or made.handover_id != found.id:
        raise Refused(404, "not_found")
    if made.state not in {ASKED, WITHDRAWN}:
        raise Refused(409, "moved_on")
    if made.state == ASKED:
        _move(session, made, "withdrawn")
        store.add_lines(session, row, [Said("system", sentence("proposal_withdrawn", title=made.title))])
    return shown(session, made)


def lapse(session: Session) -> None:
    """What nobody has answered in time can no longer be answered; its agent is told.

    Holds the conversation before the proposal, as a press does; one that is held is left for the next look.
    """
    late = session.scalars(
        sa.select(Proposal.id)
        .join(Handover, Handover.id == Proposal.handover_id)
        .join(Conversation, Conversation.id == Handover.conversation_id)
        .where(Proposal.state == ASKED, Proposal.created_at <= utc_now() - HOLDS)
        .with_for_update(of=Conversation, skip_locked=True)
    ).all()
    for identity in late:
        made = _get(session, identity)
        if made is not None and made.state == ASKED:
            _move(session, made, "lapsed")


def press(conversation: str, payload: str, turn: str) -> None:
    """Carries out a customer's press, once however often it is called; `answer` tells of it."""
    with transaction() as session:
        row = store.lock_conversation(session, conversation)
        made = _meant(session, row, payload)
        if made is None:
            return
        over = session.get(Handover, made.handover_id).state in OVER
        if lapsed(made.state, made.created_at, utc_now(), over=over):
            _move(session, made, "lapsed")
        elif made.state == ASKED:
            made.detail = {**made.detail, "turn": turn}
            _move(session, made, payload.rpartition(":")[2])
        if made.state not in {CONFIRMED, DECLINED} or made.detail.get("turn") != turn:
            return
        order, confirmed, offered = parse_obj_as(NewOrder, made.order), made.state == CONFIRMED, made.detail["offered"]
    key, receipt = _key(made), None
    if confirmed:
        with within(SECONDS, made.id):
            receipt = outbox.submit(order, key, conversation=conversation)
        if receipt.refused:
            # The agent is here to look at it: nobody else has to.
            outbox.withdraw(receipt.number)
            return
    if offered is not None:
        outcome = outcomes.ACCEPTED if confirmed else outcomes.DECLINED
        number = receipt.number if receipt else None
        outcomes.record(Outcome(**offered, outcome=outcome, order_receipt=number), key=key)


def answer(session: Session, row: Conversation, payload: str, turn: str) -> None:
    """Tells the customer and the agent what came of a press; after `press`, in what ends the turn."""
    made = _meant(session, row, payload)
    if made is None:
        store.add_lines(session, row, [Said("system", sentence("choice_unknown"))], turn)
        return
    receipt = _receipt(session, made)
    if receipt is not None and made.receipt is None and made.detail.get("turn") == turn:
        _placed(session, made, receipt)
    text = _ordered(made, receipt, turn) if made.state == CONFIRMED else _not_ordered(made)
    store.add_lines(session, row, [Said("system", text)], turn)


def _placed(session: Session, made: Proposal, receipt: Receipt) -> None:
    """Writes down what came of the order."""
    made.receipt = receipt.number
    if receipt.refused:
        _move(session, made, "refused")
        return
    number = receipt.operator_number or receipt.number
    session.add(HandoverNote(handover_id=made.handover_id, kind=MADE, staff_id=made.staff_id, text=number))
    _tell(session, made)


def _ordered(made: Proposal, receipt: Receipt | None, turn: str) -> str:
    if receipt is None or made.detail.get("turn") != turn:
        return sentence("proposal_again", title=made.title)
    if receipt.operator_number:
        return sentence("proposal_ordered", title=made.title, order=receipt.operator_number)
    return sentence("proposal_later", receipt=receipt.number)


def _not_ordered(made: Proposal) -> str:
    if made.state == DECLINED:
        return sentence("proposal_declined")
    return sentence("proposal_failed" if made.state == FAILED else "proposal_over", title=made.title)


def _meant(session: Session, row: Conversation, payload: str) -> Proposal | None:
    """The proposal of this conversation that a payload names, held until the transaction ends."""
    found = _PAYLOAD.fullmatch(payload)
    made = _get(session, found[1]) if found else None
    mine = made is not None and session.get(Handover, made.handover_id).conversation_id == row.id
    return made if mine else None


def _get(session: Session, identity: str) -> Proposal | None:
    return session.get(Proposal, identity, with_for_update=True, populate_existing=True)


def _key(made: Proposal) -> str:
    return f"proposal:{made.id}"


def _receipt(session: Session, made: Proposal) -> Receipt | None:
    return outbox.of_key(session, _key(made))


def _move(session: Session, made: Proposal, event: str) -> None:
    """Moves a proposal on, and tells the chat's agent."""
    made.state, made.changed_at = moved(made.state, event), utc_now()
    _tell(session, made)


def _tell(session: Session, made: Proposal) -> None:
    found = session.get(Handover, made.handover_id)
    if found.staff_id is not None:
        store.tell_staff(session, found.conversation_id, found.staff_id, found.id, "proposal", shown(session, made))
