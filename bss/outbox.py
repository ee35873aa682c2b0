"""Creations that are never lost: written down first, sent with their key until the operator answers.

`submit` makes the first try itself, so that the customer usually has the operator's number in the same turn; what is
left is sent by the worker (`desk/worker.py`). A lease keeps two processes from sending a row at once, and the key keeps
the operator from creating twice what was sent again after a crash.
"""

import json
import logging
import random
import secrets
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import parse_obj_as
from pydantic.json import pydantic_encoder
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bss import appointments, balance, filed, loyalty, orders, tickets, watch
from bss.appointments import NewAppointment
from bss.balance import NewTopup
from bss.errors import BssError, ContractBroken, NotFound, Rejected, Unavailable
from bss.http import turn
from bss.loyalty import NewRedemption
from bss.models import OperatorRequest
from bss.orders import NewOrder
from bss.outbox_states import (
    DONE,
    OVER,
    STUCK,
    TRIES_BROKEN,
    WAITING,
    WITHDRAWN,
    Answered,
    Failed,
    Outcome,
    Refused,
    after,
    moved,
)
from bss.tickets import NewTicket
from bss.watch_states import TOPICS
from common.database import transaction
from common.times import SHANGHAI, utc_now

logger = logging.getLogger(__name__)

Request = NewTicket | NewOrder | NewTopup | NewAppointment | NewRedemption

# One try of the worker's. The lease outlasts it, and a turn's, so that only a dead holder loses it.
SEND_SECONDS = 8.0
LEASE = timedelta(seconds=15)
KINDS: dict[str, type[Any]] = {
    "ticket": NewTicket,
    "order": NewOrder,
    "topup": NewTopup,
    "appointment": NewAppointment,
    "redemption": NewRedemption,
}
# Refusals that say nothing about the request: our credentials or our pace.
_NOT_ABOUT_IT = frozenset({401, 403, 429})


@dataclass(frozen=True)
class Receipt:
    """What a customer holds. `number` is ours, `operator_number` the ticket's or order's when it exists.

    `state` is waiting, done, stuck or withdrawn; `code` and `reason` say why it is stuck, or why the last try failed.
    """

    number: str
    kind: str
    state: str
    operator_number: str | None
    code: str | None
    reason: str | None
    created: datetime
    conversation: str | None

    @property
    def refused(self) -> bool:
        """Whether it will not be done as things stand, also where it was withdrawn because of that."""
        return self.state in {STUCK, WITHDRAWN}


@dataclass(frozen=True)
class Stuck:
    """What a person must look at: the receipt, what was asked for, and how often it was tried."""

    receipt: Receipt
    request: Request
    attempts: int


@dataclass(frozen=True)
class _Work:
    """A row that this process holds the lease of."""

    id: int
    lease: str
    key: str
    receipt: str
    kind: str
    payload: Any
    attempts: int


def submit(request: Request, key: str, *, conversation: str | None = None) -> Receipt:
    """Writes a creation down, tries it once within the turn's deadline, and returns the receipt.

    `key` names the doing (a journey's run and what it does): the same key returns the same receipt and creates
    nothing. Look at `state`: done has the operator's number; waiting is sent later, and `conversation` is told then;
    stuck was refused at once, for the reason in `code`: `withdraw` it when the customer can choose again. Raises
    ValueError when the key was used for another kind.
    """
    kind = next(name for name, known in KINDS.items() if isinstance(request, known))
    try:
        receipt, work = _write(request, kind, key, conversation)
    except IntegrityError:
        # The same key at the same moment: the other one has been written down.
        receipt, work = _write(request, kind, key, conversation)
    if receipt.kind != kind:
        raise ValueError("the key was used for another kind of request")
    return receipt if work is None else _send(work, told=True) or status(receipt.number)


def status(number: str) -> Receipt:
    """How a request stands. Raises NotFound."""
    with transaction() as session:
        return _receipt(_row(session, number))


def of_key(session: Session, key: str) -> Receipt | None:
    """How the request with a key stands, in a transaction of the caller's; None when there is none."""
    row = session.scalar(sa.select(OperatorRequest).where(OperatorRequest.key == key))
    return None if row is None else _receipt(row)


def of_keys(session: Session, keys: Collection[str]) -> dict[str, Receipt]:
    """The same for many, by their keys."""
    rows = session.scalars(sa.select(OperatorRequest).where(OperatorRequest.key.in_(keys)))
    return {row.key: _receipt(row) for row in rows}


def stuck(limit: int = 100) -> list[Stuck]:
    """What a person must look at, the oldest first."""
    with transaction() as session:
        rows = session.scalars(
            sa.select(OperatorRequest)
            .where(OperatorRequest.state == STUCK)
            .order_by(OperatorRequest.created_at)
            .limit(limit)
        )
        return [Stuck(_receipt(row), _request(row.kind, row.payload), row.attempts) for row in rows]


def retry(number: str) -> Receipt:
    """Has a stuck request sent again. Raises NotFound, IllegalMove."""
    return _decide(number, "retried")


def settle(number: str, operator_number: str) -> Receipt:
    """Ends a stuck request that a person has done by hand. Raises NotFound, IllegalMove."""
    return _decide(number, "settled", operator_number)


def withdraw(number: str) -> Receipt:
    """Ends a stuck request for nothing: the customer has chosen otherwise. Raises NotFound, IllegalMove.

    Again does nothing: a turn that was cut off after it is repeated.
    """
    return _decide(number, "withdrawn")


def work_one() -> bool:
    """Sends the request that has been due longest; False when none is due. The worker's loop."""
    work = _claim()
    if work is None:
        return False
    with turn(SEND_SECONDS, work.receipt):
        _send(work, told=False)
    return True


def newly_done(session: Session, limit: int = 20) -> list[Receipt]:
    """What was done after its turn and whose customer is not told yet; told when the caller's session commits."""
    rows = session.scalars(
        sa.select(OperatorRequest)
        .where(
            OperatorRequest.state == "done",
            OperatorRequest.told.is_(False),
            OperatorRequest.conversation_id.is_not(None),
        )
        .order_by(OperatorRequest.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.told = True
    return [_receipt(row) for row in rows]


def _write(request: Request, kind: str, key: str, conversation: str | None) -> tuple[Receipt, _Work | None]:
    """The row of a key, and, if it is new, the lease of it."""
    now = utc_now()
    with transaction() as session:
        known = session.scalar(sa.select(OperatorRequest).where(OperatorRequest.key == key))
        if known is not None:
            return _receipt(known), None
        row = OperatorRequest(
            key=key,
            receipt=_new_number(now),
            kind=kind,
            conversation_id=conversation,
            payload=json.loads(json.dumps(request, default=pydantic_encoder)),
            state=WAITING,
            next_try_at=now,
            created_at=now,
        )
        session.add(row)
        if isinstance(request, NewTicket):
            filed.add(session, request, row.receipt, conversation, now)
        work = _take(session, row, now)
        return _receipt(row), work


def _new_number(now: datetime) -> str:
    # Month and day, then chance: nobody can guess another customer's, or count our customers. Runs of four digits are
    # easy to read out, and are left alone where longer ones are masked.
    digits = f"{secrets.randbelow(10**8):08d}"
    return f"WH{now.astimezone(SHANGHAI):%m%d}-{digits[:4]}-{digits[4:]}"


def _claim() -> _Work | None:
    now = utc_now()
    with transaction() as session:
        row = session.scalar(
            sa.select(OperatorRequest)
            .where(
                OperatorRequest.state == WAITING,
                OperatorRequest.next_try_at <= now,
                sa.or_(OperatorRequest.lease_until.is_(None), OperatorRequest.lease_until < now),
            )
            .order_by(OperatorRequest.next_try_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return None if row is None else _take(session, row, now)


def _take(session: Session, row: OperatorRequest, now: datetime) -> _Work:
    row.lease = uuid.uuid4().hex
    row.lease_until = now + LEASE
    row.attempts = (row.attempts or 0) + 1
    session.flush()
    return _Work(row.id, row.lease, row.key, row.receipt, row.kind, row.payload, row.attempts)


def _send(work: _Work, *, told: bool) -> Receipt | None:
    """Makes one try and writes down what came of it; None when the lease was lost meanwhile."""
    outcome = _try(work)
    if not isinstance(outcome, Answered):
        logger.warning("%s %s, try %d: %s", work.kind, work.receipt, work.attempts, outcome)
    step = after(WAITING, work.attempts, outcome, random.random())  # noqa: S311  (spreads tries, keeps no secret)
    now = utc_now()
    with transaction() as session:
        row = session.scalar(
            sa.select(OperatorRequest)
            .where(OperatorRequest.id == work.id, OperatorRequest.lease == work.lease, OperatorRequest.state == WAITING)
            .with_for_update()
        )
        if row is None:
            return None
        row.lease = row.lease_until = None
        row.state, row.code, row.reason = step.state, step.code, step.reason
        row.next_try_at = now + timedelta(seconds=step.pause)
        row.operator_number = step.number
        _tidy(session, row, told)
        return _receipt(row)


def _try(work: _Work) -> Outcome:
    try:
        request = _request(work.kind, work.payload)
        return Answered(_SENDERS[type(request)](request, work.key, work.receipt))
    except Rejected as error:
        if error.status in _NOT_ABOUT_IT:
            return Failed(f"{error.code}: {error.reason}")
        return Refused(error.code[:64], error.reason)
    except NotFound as error:
        return Refused("notFound", str(error))
    except Unavailable as error:
        return Failed(str(error))
    except ContractBroken as error:
        return Failed(str(error), TRIES_BROKEN)
    except BssError as error:
        return Failed(type(error).__name__, TRIES_BROKEN)
    except Exception as error:
        # Whatever is wrong with one row must not keep the others from being sent.
        logger.exception("%s %s cannot be sent", work.kind, work.receipt)
        return Failed(type(error).__name__, TRIES_BROKEN)


_SENDERS: dict[type[Any], Callable[[Any, str, str], str]] = {
    NewTicket: lambda new, key, receipt: tickets.create(new, idempotency_key=key, reference=receipt).id,
    NewOrder: lambda new, key, receipt: orders.create(new, idempotency_key=key, reference=receipt).id,
    NewTopup: lambda new, key, _receipt: balance.top_up(new, idempotency_key=key).id,
    NewAppointment: lambda new, key, receipt: appointments.book(new, idempotency_key=key, reference=receipt).id,
    NewRedemption: lambda new, key, _receipt: loyalty.redeem(new, idempotency_key=key),
}


def _request(kind: str, payload: Any) -> Request:
    request: Request = parse_obj_as(KINDS[kind], payload)
    return request


def _decide(number: str, event: str, operator_number: str | None = None) -> Receipt:
    """What is decided about a stuck request; why it was refused is known of one that is withdrawn, too."""
    with transaction() as session:
        row = _row(session, number)
        row.state = moved(row.state, event)
        if row.state == WAITING:
            row.attempts, row.next_try_at = 0, utc_now()
        row.code = row.code if row.state == WITHDRAWN else None
        row.reason = None
        row.operator_number = operator_number
        _tidy(session, row, told=False)
        return _receipt(row)


def _tidy(session: Session, row: OperatorRequest, told: bool) -> None:
    """What is over keeps numbers and times, not what the customer said; what may change is watched from now on."""
    if row.state in OVER:
        row.payload = None
        row.told = told
        if row.kind == "ticket":
            filed.ended(session, row.receipt, row.operator_number if row.state == DONE else None)
    if row.state == DONE and row.kind in TOPICS and row.conversation_id is not None and row.operator_number:
        watch.add(session, row.conversation_id, row.kind, row.operator_number)


def _row(session: Session, number: str) -> OperatorRequest:
    row = session.scalar(sa.select(OperatorRequest).where(OperatorRequest.receipt == number.upper()).with_for_update())
    if row is None:
        raise NotFound("no such receipt")
    return row


def _receipt(row: OperatorRequest) -> Receipt:
    return Receipt(
        number=row.receipt,
        kind=row.kind,
        state=row.state,
        operator_number=row.operator_number,
        code=row.code,
        reason=row.reason,
        created=row.created_at,
        conversation=row.conversation_id,
    )
