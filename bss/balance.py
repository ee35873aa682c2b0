"""TMF654 Prepay Balance: what is left on an account and what was paid into it."""

from dataclasses import dataclass
from datetime import datetime

from bss.errors import NotFound
from bss.http import call
from bss.shape import moment, money, objects, optional, text


@dataclass(frozen=True)
class Topup:
    """A payment in fen; `credited` is False while the operator has not confirmed it."""

    amount: int
    at: datetime
    channel: str
    credited: bool


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
    return [
        Topup(
            amount=money(topup, "amount"),
            at=moment(topup, "requestedDate"),
            channel=str(optional(topup, "channel", "name") or "其他渠道"),
            credited=text(topup, "status") == "completed",
        )
        for topup in found
    ]
