"""TMF622 Product Order: subscribing, changing, ending, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bss.errors import Rejected
from bss.http import call
from bss.shape import member, moment, moment_or_none, money, objects, optional, related, text

PENDING = frozenset({"acknowledged", "inProgress", "pending", "held", "assessingCancellation", "pendingCancellation"})


@dataclass(frozen=True)
class NewOrder:
    """One thing to order. `line` is a `Line.id`.

    `action` add: `offering` for the line, a plan takes the old one's place; with `new_line` the offering opens a line
    of its own at `address`, billed with `line`. delete: end `product` (a `Subscription.id`, or the line itself).
    modify: `product` becomes `offering`; or the line enters `state` (normal, suspended_by_request, lost), moves to
    `address`, or is bound for `contract_months` more. `area` is the district of `address` in words or its code; without
    it the operator reads it from the address. A new line and a move are pending until an engineer was there.
    """

    action: str
    customer: str
    line: str
    offering: str | None = None
    product: str | None = None
    state: str | None = None
    new_line: bool = False
    address: str | None = None
    area: str | None = None
    contract_months: int | None = None


@dataclass(frozen=True)
class Order:
    """An order. `state` is acknowledged, inProgress, completed, rejected, failed, cancelled, …; see `pending`.

    `monthly` is what it adds to a month's bill in fen, 0 when the operator did not say; `reason` why it was rejected
    or failed, fit for a customer to read.
    """

    id: str
    state: str
    ordered: datetime
    completed: datetime | None
    expected: datetime | None
    offerings: tuple[str, ...]
    monthly: int
    reason: str
    customer: str | None

    @property
    def pending(self) -> bool:
        """Whether it is not decided yet."""
        return self.state in PENDING


def create(new: NewOrder, *, idempotency_key: str, reference: str | None = None) -> Order:
    """Places an order; `reference` is our receipt number. The outbox calls this: an action uses `bss.outbox.submit`.

    The operator decides later: ask `order` for what became of it. Raises what `call` raises.
    """
    item: dict[str, Any] = {"id": "1", "action": new.action, "product": _product(new)}
    if new.offering:
        item["productOffering"] = {"id": new.offering}
    body: dict[str, Any] = {
        "productOrderItem": [item],
        "relatedParty": [{"id": new.customer, "role": "customer", "@referredType": "Customer"}],
    }
    if reference:
        body["externalId"] = reference
    return _order(call("622", "POST", "/productOrder", body=body, idempotency_key=idempotency_key).body)


def _product(new: NewOrder) -> dict[str, Any]:
    product: dict[str, Any] = {}
    if new.action == "add":
        relation = "billedWith" if new.new_line else "reliesOn"
        product["productRelationship"] = [{"relationshipType": relation, "product": {"id": new.line}}]
    else:
        product["id"] = new.product or new.line
    asked = {"accountState": new.state, "contractMonths": new.contract_months}
    characteristics = [{"name": name, "value": value} for name, value in asked.items() if value is not None]
    if characteristics:
        product["productCharacteristic"] = characteristics
    if new.address is not None:
        place = {"role": "installation", "@type": "GeographicAddress", "name": new.address}
        product["place"] = [place | {"id": new.area} if new.area else place]
    return product


def order(identity: str) -> Order:
    """One order; whose it is must be checked by who shows it. Raises NotFound, and what `call` raises."""
    return _order(call("622", "GET", f"/productOrder/{identity}").body)


def orders(customer: str, limit: int = 10) -> list[Order]:
    """The latest orders of a customer, newest first. Raises what `call` raises."""
    params: dict[str, str | int] = {"relatedParty.id": customer, "sort": "-orderDate", "limit": limit}
    return [_order(entry) for entry in objects(call("622", "GET", "/productOrder", params=params).body)]


def cancel(identity: str, reason: str, *, idempotency_key: str) -> Order:
    """Cancels an order that is not carried out yet. Raises Rejected when it is too late, and what `call` raises."""
    body = {"productOrder": {"id": identity}, "cancellationReason": reason}
    task = call("622", "POST", "/cancelProductOrder", body=body, idempotency_key=idempotency_key).body
    if text(task, "state") == "terminatedWithError":
        raise Rejected("tooLate", "the order can no longer be cancelled")
    return order(identity)


def _order(entry: Any) -> Order:
    items = objects(member(entry, "productOrderItem"))
    notes = objects(optional(entry, "note") or [])
    state = text(entry, "state")
    return Order(
        id=text(entry, "id"),
        state=state,
        ordered=moment(entry, "orderDate"),
        completed=moment_or_none(entry, "completionDate"),
        expected=moment_or_none(entry, "expectedCompletionDate"),
        offerings=tuple(text(item, "productOffering", "id") for item in items if optional(item, "productOffering")),
        monthly=sum(
            money(price, "price", "taxIncludedAmount")
            for price in objects(optional(entry, "orderTotalPrice") or [])
            if optional(price, "priceType") == "recurring"
        ),
        reason=str(optional(notes[-1], "text") or "") if notes and state in {"rejected", "failed", "partial"} else "",
        customer=related(entry, "relatedParty", "customer"),
    )
