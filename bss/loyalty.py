"""TMF658 Loyalty: points, when they run out, and what they are exchanged for.

The specification has no resource for burning points: a redemption is an event of the member (docs/sandbox.md).
"""

from dataclasses import dataclass
from datetime import datetime

from bss.errors import ContractBroken, Rejected
from bss.http import call
from bss.shape import moment, number, objects, optional, text

BILL_CREDIT = "billCredit"
# What a point brings as bill credit, in fen: 100 points are 1 yuan.
FEN_PER_POINT = 1


@dataclass(frozen=True)
class Lot:
    """Points that run out together."""

    points: int
    expires: datetime | None


@dataclass(frozen=True)
class NewRedemption:
    """Points to exchange for `gift`: `BILL_CREDIT`, which goes to the account of `number`, a line of the customer's."""

    customer: str
    number: str
    points: int
    gift: str


def lots(customer: str) -> list[Lot]:
    """A customer's points, those that run out first first. Raises what `call` raises."""
    found = objects(
        call("658", "GET", "/loyaltyBalance", params={"loyaltyProgramMember.id": customer, "limit": 50}).body
    )
    rows = []
    for entry in found:
        if optional(entry, "quantity", "unit") != "POINT":
            raise ContractBroken("points were promised")
        ends = moment(entry, "validFor", "endDateTime") if optional(entry, "validFor", "endDateTime") else None
        rows.append(Lot(int(number(entry, "quantity", "value")), ends))
    return sorted(rows, key=lambda lot: (lot.expires is None, lot.expires and lot.expires.timestamp()))


def redeem(new: NewRedemption, *, idempotency_key: str) -> str:
    """Burns points, those that run out first first, and returns the operator's number of it.

    The outbox calls this: an action uses `bss.outbox.submit`. Raises Rejected with code `notEnoughPoints`,
    `unknownGift`, `unknownMember` or `notOwnNumber`, and what `call` raises.
    """
    body = {
        "eventType": "redeemPoints",
        "memberId": new.customer,
        "event": {"points": new.points, "gift": new.gift, "number": new.number},
    }
    try:
        return text(call("658", "POST", "/loyaltyEvent", body=body, idempotency_key=idempotency_key).body, "id")
    except Rejected as error:
        # The codes of this API's errors are integers; the word for programs is the error's type.
        code = str(optional(error.detail, "@type") or error.code)
        raise Rejected(code, error.reason, error.detail, error.status) from error
