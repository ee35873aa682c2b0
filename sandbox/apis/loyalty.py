"""TMF658: points and what they are exchanged for.

The specification has no resource for burning points: its way is an event of a member, which a rule answers. Ours is
``eventType`` ``redeemPoints`` with ``event`` ``{"points", "gift", "number"}``.
"""

from __future__ import annotations

from sandbox import times
from sandbox.apis import balance
from sandbox.documents import Document, party_id
from sandbox.errors import ApiError
from sandbox.rules import RULES, Rules
from sandbox.store import Transaction

API, EVENT, LOT = "658", "loyaltyEvent", "loyaltyBalance"
REDEEM, BILL_CREDIT = "redeemPoints", "billCredit"
# A hundred points are one yuan.
FEN_PER_POINT = 1


def _receive(transaction: Transaction, event: Document) -> Document:
    if event.get("eventType") != REDEEM:
        return event
    points, number = _wish(event)
    member = transaction.get(API, "loyaltyProgramMember", event.get("memberId", ""))
    if member is None:
        raise ApiError(409, "there is no such member", code="unknownMember")
    buckets = transaction.find(balance.API, balance.BUCKET, logicalResource_id=number)
    own = [bucket for bucket in buckets if bucket["usageType"] == "monetary" and party_id(bucket) == party_id(member)]
    if not own:
        raise ApiError(409, "the number is not the member's", code="notOwnNumber")
    _burn(transaction, member["id"], points)
    fen = points * FEN_PER_POINT
    credited = balance.credit(transaction, own[0], fen)
    balance.record(transaction, credited, {"logicalResource": [{"id": number}]}, fen, "积分兑换话费")
    return event | {"eventTime": times.stamp(transaction.now())}


def _wish(event: Document) -> tuple[int, str]:
    """Points and number of a redemption."""
    asked = event.get("event")
    wish = asked if isinstance(asked, dict) else {}
    points, number = wish.get("points"), wish.get("number")
    if type(points) is not int or points < 1 or not isinstance(number, str):
        raise ApiError(400, "event must have whole points and a number", code="invalidAttribute")
    if wish.get("gift") != BILL_CREDIT:
        raise ApiError(409, "there is no such gift", code="unknownGift")
    return points, number


def _burn(transaction: Transaction, member: str, points: int) -> None:
    """Takes points from the lots that run out first.

    Raises:
        ApiError: 409 when all together have too few.
    """
    now = transaction.now()
    lots = [lot for lot in transaction.find(API, LOT, loyaltyProgramMember_id=member) if _end(lot) > now.timestamp()]
    if sum(map(_points, lots)) < points:
        raise ApiError(409, "there are too few points", code="notEnoughPoints")
    for lot in sorted(lots, key=_end):
        taken = min(points, _points(lot))
        points -= taken
        transaction.replace(API, LOT, lot | {"quantity": {"unit": "POINT", "value": _points(lot) - taken}})


def _points(lot: Document) -> int:
    quantity = lot.get("quantity") or {}
    return max(0, int(quantity.get("value") or 0)) if quantity.get("unit") == "POINT" else 0


def _end(lot: Document) -> float:
    """When a lot runs out, in seconds since 1970; never, for one without an end."""
    end = (lot.get("validFor") or {}).get("endDateTime")
    return times.parse(end).timestamp() if end else float("inf")


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, EVENT] = Rules(prefix="LE", create=_receive)
    RULES[API, "loyaltyProgramMember"] = Rules(extensions=frozenset({"relatedParty", "logicalResource"}))
    RULES[API, "loyaltyAccount"] = Rules(extensions=frozenset({"loyaltyProgramMember"}))
