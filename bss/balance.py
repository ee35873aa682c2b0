"""TMF654 Prepay Balance: what is left on an account and what was paid into it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bss.errors import NotFound, Rejected
from bss.http import call
from bss.shape import moment, money, objects, optional, text
from common.settings import settings

# The payment method of a top-up that is paid on the page behind a link (docs/sandbox.md).
LINK = "link"
# More than anybody asks for while they live, half an hour each.
_UNPAID_LINKS = 10


@dataclass(frozen=True)
class Topup:
    """A payment in fen.

    `state` is completed; created while it has not arrived, or its link is not paid; cancelled when the link has
    lapsed; failed.
    """

    amount: int
    at: datetime
    channel: str
    state: str
    id: str

    @property
    def credited(self) -> bool:
        """Whether the money is on the account."""
        return self.state == "completed"


@dataclass(frozen=True)
class NewTopup:
    """A top-up that the customer will pay by link: `amount` in fen, 1 to 5,000 yuan; `channel` where, in words."""

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
    """The latest payments of a number, newest first, without links that are not paid. Raises what `call` raises."""
    params: dict[str, str | int] = {
        "logicalResource.id": number,
        "status": "created,completed",
        "sort": "-requestedDate",
        "limit": limit + _UNPAID_LINKS,
    }
    found = objects(call("654", "GET", "/topupBalance", params=params).body)
    paid = [entry for entry in found if not _waits_for_payer(entry)]
    return [_topup(entry) for entry in paid[:limit]]


def topup(topup_id: str) -> Topup:
    """How a top-up stands. Raises NotFound, and what `call` raises. Whose it is, is not checked."""
    return _topup(call("654", "GET", f"/topupBalance/{quote(topup_id, safe='')}").body)


def payment_link(topup_id: str) -> str:
    """Where a customer pays a top-up; the page answers for half an hour."""
    return settings().payment_url.replace("{id}", quote(topup_id, safe=""))


def top_up(new: NewTopup, *, idempotency_key: str) -> Topup:
    """Asks for a top-up of a number's account, to be paid at `payment_link`; until then its state is created.

    The outbox calls this: an action uses `bss.outbox.submit`. Raises NotFound for a number without an account,
    Rejected when the operator does not take it, what `call` raises.
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
        "paymentMethod": {"id": LINK, "name": "支付链接"},
    }
    entry = call("654", "POST", "/topupBalance", body=body, idempotency_key=idempotency_key).body
    if text(entry, "status") == "failed":
        raise Rejected("topupFailed", str(optional(entry, "reason") or ""))
    return _topup(entry)


def _waits_for_payer(entry: Any) -> bool:
    return text(entry, "status") == "created" and optional(entry, "paymentMethod", "id") == LINK


def _topup(entry: Any) -> Topup:
    return Topup(
        amount=money(entry, "amount"),
        at=moment(entry, "requestedDate"),
        channel=str(optional(entry, "channel", "name") or "其他渠道"),
        state=text(entry, "status"),
        id=text(entry, "id"),
    )
