"""TMF637 Product Inventory: a customer's lines and what is subscribed on them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bss.errors import NotFound
from bss.http import call
from bss.shape import characteristic, day, moment_or_none, money, objects, optional, text
from bss.shape import number as amount


@dataclass(frozen=True)
class Line:
    """A subscribed line. `kind` is mobile, broadband, landline or iptv; `state` normal, arrears_suspended, …

    `area` is where it is installed, in words, `address` exactly; `contact` the number to ring about it. `early_fee` is
    what ending it today costs in fen, None without a contract; `porting_blocked_by` why the number cannot be ported
    out (arrears, contract). `staff` says that it is one of the operator's own, `leased` that it is a leased line; None
    where the operator does not say.
    """

    id: str
    number: str
    kind: str
    state: str
    customer: str
    account: str
    contract_end: date | None
    area: str | None = None
    contact: str | None = None
    address: str | None = None
    main_card: bool = False
    speed_mbps: int | None = None
    early_fee: int | None = None
    porting_blocked_by: str | None = None
    staff: bool | None = None
    leased: bool | None = None

    @property
    def speaks_for_all(self) -> bool:
        """Whether who has proven to have this line may speak for all that its customer has.

        A sub card is often in another person's hands: it speaks for itself only.
        """
        return self.kind != "mobile" or self.main_card


@dataclass(frozen=True)
class Subscription:
    """A plan, add-on or VAS on a line; `fee` in fen a month; `id` is what an order ends or changes.

    `started` is the day in Shanghai on which it began.
    """

    name: str
    kind: str
    fee: int
    description: str
    id: str
    offering: str | None
    started: date | None = None


def line(number: str) -> Line:
    """The line with this number. Raises NotFound when the operator has none, and what `call` raises."""
    found = objects(call("637", "GET", "/product", params={"productSerialNumber": number, "limit": 1}).body)
    if not found:
        raise NotFound("no such line")
    return _line(found[0], number)


def lines(customer: str) -> list[Line]:
    """All lines of a customer (`Line.customer`), also those that have ended. Raises what `call` raises."""
    found = objects(call("637", "GET", "/product", params={"relatedParty.id": customer, "limit": 500}).body)
    return [
        _line(product, text(product, "productSerialNumber")) for product in found if "productSerialNumber" in product
    ]


def _line(product: Any, number: str) -> Line:
    end, speed, fee = (
        characteristic(product, "productCharacteristic", name)
        for name in ("contractEnd", "speedMbps", "earlyTerminationFee")
    )
    return Line(
        id=text(product, "id"),
        number=number,
        kind=str(characteristic(product, "productCharacteristic", "lineType")),
        state=str(characteristic(product, "productCharacteristic", "accountState")),
        customer=text(product, "relatedParty", 0, "id"),
        account=text(product, "billingAccount", "id"),
        contract_end=None if end is None else day(end),
        area=_words(product, "area"),
        contact=_words(product, "contactNumber"),
        address=_words(product, "installAddress"),
        main_card=characteristic(product, "productCharacteristic", "isMainCard") is True,
        speed_mbps=None if speed is None else int(amount({"speedMbps": speed}, "speedMbps")),
        early_fee=None if fee is None else money({"fee": {"unit": "CNY", "value": fee}}, "fee"),
        porting_blocked_by=_words(product, "portingBlockedBy"),
        staff=_flag(product, "staffLine"),
        leased=_flag(product, "leasedLine"),
    )


def _words(product: Any, name: str) -> str | None:
    value = characteristic(product, "productCharacteristic", name)
    return None if value is None else str(value)


def _flag(product: Any, name: str) -> bool | None:
    value = characteristic(product, "productCharacteristic", name)
    return value if isinstance(value, bool) else None


def subscriptions(of: Line) -> list[Subscription]:
    """What is active on a line: the plan first, then add-ons, then VAS. Raises what `call` raises."""
    found = objects(
        call(
            "637", "GET", "/product", params={"productRelationship.product.id": of.id, "status": "active", "limit": 100}
        ).body
    )
    order = {"plan": 0, "addon": 1, "vas": 2}
    rows = [
        Subscription(
            name=text(product, "name"),
            kind=str(characteristic(product, "productCharacteristic", "kind")),
            fee=_fee(product),
            description=str(optional(product, "description") or ""),
            id=text(product, "id"),
            offering=text(product, "productOffering", "id") if optional(product, "productOffering") else None,
            started=began.date() if (began := moment_or_none(product, "startDate")) else None,
        )
        for product in found
    ]
    return sorted(rows, key=lambda row: order.get(row.kind, 3))


def _fee(product: Any) -> int:
    """The recurring prices of a product, added up, in fen."""
    return sum(
        money(price, "price", "taxIncludedAmount")
        for price in objects(optional(product, "productPrice") or [])
        if optional(price, "priceType") == "recurring"
    )
