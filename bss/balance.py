"""TMF654 Prepay Balance: what is left on an account and what was paid into it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bss.errors import NotFound, Rejected
from bss.http import call
from bss.shape import moment, money, objects, optional, text


@dataclass(frozen=True)
class Topup:
    """A payment in fen; `credited` is False while the operator has not confirmed it."""

    amount: int
    at: datetime
    channel: str
    credited: bool
    id: str


@dataclass(frozen=True)
class NewTopup:
    """A payment to book: `amount` in fen; `channel` how it was paid, in words."""

    number: str
    amount: int
    channel: str


def balance(number: str) -> int:
    """What is left on a number's account in fen; negative is owed. Raises NotFound, and what `call` raises."""
    found = objects(
        call("654", "GET", "/bucket", params={"logicalResource.id": number, "usageType": "monetary", "limit": 20}).body
    )
    if not found:
        raise NotFound("no balance")
    return sum(money(bucket, "remainingValue") for bucket in found)


def topups(number: str, limit: int) -> list[Topup]:
    """The latest payments of a number, newest first. Raises what `call` raises."""
    found = objects(
        call(
            "654",
            "GET",
            "/topupBalance",
            params={"logicalResource.id": number, "sort": "-requestedDate", "limit": limit},
        ).body
    )
    return [_topup(entry) for entry in found]


def top_up(new: NewTopup, *, idempotency_key: str) -> Topup:
    """Books a payment on the account of a number. The outbox calls this: an action uses `bss.outbox.submit`.

    Raises NotFound for a number without an account, Rejected when the operator does not take it, what `call` raises.
    """
    params: dict[str, str | int] = {"logicalResource.id": new.number, "usageType": "monetary", "limit": 1}
    buckets = objects(call("654", "GET", "/bucket", params=params).body)
    if not buckets:
        raise NotFound("no balance")
    body = {
        "amount": {"amount": new.amount / 100, "units": "CNY"},
        "usageType": "monetary",
        "bucket": {"id": text(buckets[0], "id")},
        "partyAccount": {"id": text(buckets[0], "partyAccount", "id")},
        "logicalResource": [{"id": new.number}],
        "channel": {"id": "wanhao", "name": new.channel},
    }
    entry = call("654", "POST", "/topupBalance", body=body, idempotency_key=idempotency_key).body
    if text(entry, "status") == "failed":
        raise Rejected("topupFailed", str(optional(entry, "reason") or ""))
    return _topup(entry)


def _topup(entry: Any) -> Topup:
    return Topup(
        amount=money(entry, "amount"),
        at=moment(entry, "requestedDate"),
        channel=str(optional(entry, "channel", "name") or "其他渠道"),
        credited=text(entry, "status") == "completed",
        id=text(entry, "id"),
    )
