"""TMF622 orders that an engineer comes for: a new broadband line, and a line that moves (移机) to another address."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox import resources, times
from sandbox.apis import inventory, terms
from sandbox.areas import AREAS
from sandbox.documents import Document, characteristic
from sandbox.errors import RefusedError
from sandbox.money import fen_of
from sandbox.store import Transaction

# Without a visit that is still to come, the work is done after this.
WITHIN = timedelta(days=1)
_OPEN = {"acknowledged", "inProgress", "pending", "held"}


def is_new_line(item: Document) -> bool:
    """Whether an item adds a line: its product is billed with a line rather than relying on one."""
    related = (item.get("product") or {}).get("productRelationship") or ()
    return item["action"] == "add" and any(entry["relationshipType"] == "billedWith" for entry in related)


def is_move(item: Document) -> bool:
    """Whether an item gives a line another place."""
    return item["action"] == "modify" and bool((item.get("product") or {}).get("place"))


def needs_visit(order: Document) -> bool:
    """Whether an engineer must come."""
    return any(is_new_line(item) or is_move(item) for item in order["productOrderItem"])


def visit_end(transaction: Transaction, order: str, at: datetime) -> datetime | None:
    """When the visit ends that belongs to an order and is not over, or None."""
    ends = [
        times.parse(visit["validFor"]["endDateTime"])
        for visit in transaction.find("646", "appointment", relatedEntity_id=order)
        if visit["status"] == "confirmed"
    ]
    return max((end for end in ends if end > at), default=None)


def check_new_line(offering: Document, item: Document) -> None:
    """Raises RefusedError when an offering cannot be had as a new line, as an item asks."""
    features = inventory.offering_features(offering)
    if not offering.get("isSellable", True):
        raise RefusedError(f"{offering['name']}已停售或不能单独订购")
    if (features.get("kind"), features.get("lineType")) != ("plan", "broadband"):
        raise RefusedError(f"{offering['name']}不能新装，请到营业厅办理")
    if not any(
        fen_of(price["price"].get("taxIncludedAmount"))
        for price in offering.get("productOfferingPrice") or ()
        if price.get("priceType") == "recurring"
    ):
        raise RefusedError(f"{offering['name']}只能随融合套餐办理")
    if not _address(item):
        raise RefusedError("没有安装地址，请补充后再办理")


def check_move(transaction: Transaction, order: Document, line: Document, item: Document) -> None:
    """Raises RefusedError when a line cannot move as an item asks."""
    if characteristic(line, "lineType") == "mobile":
        raise RefusedError("手机号码不用移机")
    if not _address(item):
        raise RefusedError("没有新的安装地址，请补充后再办理")
    if _address(item) == characteristic(line, "installAddress"):
        raise RefusedError("新地址和现在的安装地址相同")
    if characteristic(line, "accountState") != "normal":
        raise RefusedError("线路已停机，复机后才能移机")
    for other in transaction.find("622", "productOrder", relatedParty_id=line["relatedParty"][0]["id"]):
        # Of two that are open, the earlier one goes on.
        if other["id"] == order["id"]:
            return
        if other["state"] in _OPEN and any(
            is_move(entry) and entry["product"].get("id") == line["id"] for entry in other["productOrderItem"]
        ):
            raise RefusedError(f"这条线路已有移机在办理，订单号{other['id']}")


def refuse_debt(transaction: Transaction, line: Document) -> None:
    """Raises RefusedError while a bill of the line's account is not paid."""
    bills = transaction.find("678", "customerBill", billingAccount_id=line["billingAccount"]["id"])
    if any(fen_of(bill["remainingAmount"]) > 0 for bill in bills):
        raise RefusedError("账户有欠费，交清后才能办理")


def add_line(
    transaction: Transaction, payer: Document, offering: Document, item: Document, months: int | None, at: datetime
) -> None:
    """Opens a broadband line with its plan on the account that pays for ``payer``, bound for ``months`` if given."""
    serial = f"ad1{9_000_000 + transaction.next_number('broadbandLine')}"
    area, code = _area(item, payer)
    features: dict[str, object] = {
        "kind": "line",
        "lineType": "broadband",
        "accountState": "normal",
        "isMainCard": False,
        "staffLine": False,
        "leasedLine": offering["id"] == inventory.LEASED_LINE,
        "area": area,
        "areaCode": code,
        "installAddress": _address(item),
        "contactNumber": characteristic(payer, "contactNumber") or payer["productSerialNumber"],
        "speedMbps": inventory.offering_features(offering).get("speedMbps", 0),
    }
    kind = transaction.get("620", "productOffering", "LINE-broadband") or offering
    attributes = {
        "name": kind["name"],
        "productSerialNumber": serial,
        "isBundle": False,
        "isCustomerVisible": True,
        "status": "active",
        "startDate": times.stamp(at),
        "orderDate": times.stamp(at),
        "productOffering": {"id": kind["id"], "name": kind["name"]},
        "relatedParty": payer["relatedParty"],
        "billingAccount": payer["billingAccount"],
        "productCharacteristic": [inventory.feature(name, value) for name, value in features.items()],
    }
    line = resources.create(transaction, inventory.API, inventory.PRODUCT, attributes)
    plan = inventory.subscription(offering, line, at)
    resources.create(transaction, inventory.API, inventory.PRODUCT, plan)
    password = transaction.register(f"password:{payer['productSerialNumber']}")
    if password is not None:
        transaction.set_register(f"password:{serial}", password)
    if months:
        terms.extend(transaction, line["id"], months, at)


def move(transaction: Transaction, line_id: str, item: Document) -> None:
    """Gives a line its new address, and the area where that lies."""
    line = resources.fetch(transaction, inventory.API, inventory.PRODUCT, line_id)
    area, code = _area(item, line)
    moved = inventory.with_feature(line, "installAddress", _address(item))
    moved = inventory.with_feature(inventory.with_feature(moved, "area", area), "areaCode", code)
    inventory.update(transaction, line, moved)


def _place(item: Document) -> Document:
    places = (item.get("product") or {}).get("place") or [{}]
    found: Document = places[0]
    return found


def _address(item: Document) -> str:
    return str(_place(item).get("name") or "").strip()


def _area(item: Document, line: Document) -> tuple[str, str]:
    """Name and code of the area of an item's place: the one it names, or that the address names, or the line's."""
    named, address = _place(item).get("id"), _address(item)
    for area in AREAS.values():
        if named in {area.name, area.code} or (not named and address.startswith(area.name)):
            return area.name, area.code
    return str(characteristic(line, "area") or ""), str(characteristic(line, "areaCode") or "")
