"""TMF637: what customers have, and how it comes and goes: subscriptions, allowances, states of a line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sandbox import resources, times
from sandbox.documents import Document, characteristic
from sandbox.rules import RULES, Rules
from sandbox.states import moves, refuse_if_final, require_move
from sandbox.store import Transaction

API, PRODUCT = "637", "product"
# The plan of a line that is a company's alone.
LEASED_LINE = "BB-BIZ"

MOVES = moves(
    created="pendingActive active cancelled aborted",
    pendingActive="active cancelled aborted",
    active="suspended pendingTerminate terminated",
    suspended="active pendingTerminate terminated",
    pendingTerminate="terminated active",
    cancelled="",
    terminated="",
    aborted="",
)

# (characteristic of the product, TMF654 usageType, units, what the bucket is called)
METERS = (
    ("dataMB", "data", "MB", "国内流量"),
    ("voiceMinutes", "voice", "minute", "国内语音"),
    ("sms", "sms", "sms", "短信"),
)


def feature(name: str, value: object) -> Document:
    """A characteristic."""
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return {"name": name, "valueType": kinds[type(value)], "value": value}


def with_feature(product: Document, name: str, value: object) -> Document:
    """The product with one characteristic set."""
    others = [item for item in product.get("productCharacteristic", ()) if item["name"] != name]
    return product | {"productCharacteristic": [*others, feature(name, value)]}


def offering_features(offering: Document) -> dict[str, object]:
    """Name and value of what characterises a 620 offering: kind, lineType, dataMB, ..."""
    return {
        use["name"]: use["productSpecCharacteristicValue"][0]["value"]
        for use in offering.get("prodSpecCharValueUse", ())
        if use.get("productSpecCharacteristicValue")
    }


def subscription(offering: Document, line: Document, started: datetime) -> Document:
    """The attributes of the product that a line gets when it subscribes to an offering."""
    features = offering_features(offering)
    shown = {"kind": features.get("kind", "addon"), "number": line["productSerialNumber"]}
    shown |= {name: features[name] for name in ("dataMB", "voiceMinutes", "sms", "speedMbps") if name in features}
    return {
        "name": offering["name"],
        "description": offering.get("description", offering["name"]),
        "isBundle": False,
        "isCustomerVisible": True,
        "status": "active",
        "startDate": times.stamp(started),
        "orderDate": times.stamp(started),
        "productOffering": {"id": offering["id"], "name": offering["name"]},
        "relatedParty": line["relatedParty"],
        "billingAccount": line["billingAccount"],
        "productCharacteristic": [feature(name, value) for name, value in shown.items()],
        "productPrice": [
            {
                "name": "月基本费" if shown["kind"] == "plan" else "月功能费",
                "priceType": "recurring",
                "recurringChargePeriod": "month",
                "price": price["price"],
            }
            for price in offering.get("productOfferingPrice", ())
            if price.get("priceType") == "recurring" and "price" in price
        ],
        "productRelationship": [{"relationshipType": "reliesOn", "product": {"id": line["id"]}}],
    }


def open_buckets(transaction: Transaction, product: Document, numbers: list[str], used_share: Iterable[float]) -> None:
    """Stores this month's TMF654 bucket of each allowance that a product brings.

    Args:
        transaction: where to store them.
        product: a plan or a pack.
        numbers: the lines that may use them.
        used_share: how much is used already, 0 to 1, one figure for each meter.
    """
    month = times.month_start(transaction.now())
    for (name, kind, units, label), share in zip(METERS, used_share, strict=False):
        total = characteristic(product, name)
        if not total:
            continue
        left = total - int(total * share)
        resources.place(
            transaction,
            "654",
            "bucket",
            f"BK{product['id'][1:]}-{kind}",
            name=f"{product['name']}-{label}",
            isShared=len(numbers) > 1,
            usageType=kind,
            status="active",
            remainingValue={"amount": left, "units": units},
            initialValue={"amount": total, "units": units},
            remainingValueName=f"剩余{left}{units}",
            partyAccount={"id": product["billingAccount"]["id"]},
            logicalResource=[{"id": number, "@type": "LogicalResource"} for number in numbers],
            product=[{"id": product["id"], "name": product["name"]}],
            relatedParty=product["relatedParty"],
            validFor=month_period(month),
        )


def month_period(month: datetime) -> Document:
    """The period of a month that begins at ``month``."""
    end = times.month_start(month, 1) - timedelta(seconds=1)
    return {"startDateTime": times.stamp(month), "endDateTime": times.stamp(end)}


def close_buckets(transaction: Transaction, product: Document) -> None:
    """Removes the allowances of a product that ended."""
    for _, kind, _, _ in METERS:
        transaction.delete("654", "bucket", f"BK{product['id'][1:]}-{kind}")


def subscriptions_of(transaction: Transaction, line_id: str) -> list[Document]:
    """The plans, packs and services of a line that have not ended."""
    found = transaction.find(API, PRODUCT, productRelationship_product_id=line_id)
    return [product for product in found if product["status"] not in {"terminated", "cancelled"}]


def renew_speed(transaction: Transaction, customer: str) -> None:
    """Has a customer's broadband lines say how fast their plans and packs make them.

    The plan of a line in a fusion plan has no speed of its own: the fusion plan's counts.
    """
    products = [one for one in transaction.find(API, PRODUCT, relatedParty_id=customer) if one["status"] == "active"]
    speeds = {one["id"]: int(speed) for one in products if (speed := characteristic(one, "speedMbps"))}
    lines = [one for one in products if characteristic(one, "lineType") == "broadband"]
    of_broadband = {held["id"] for line in lines for held in subscriptions_of(transaction, line["id"])}
    fused = [speeds[one["id"]] for one in products if _is_plan(one) and one["id"] in speeds.keys() - of_broadband]
    for line in lines:
        held = [one for one in subscriptions_of(transaction, line["id"]) if one["status"] == "active"]
        own = [speeds[one["id"]] for one in held if one["id"] in speeds]
        alone = any(_is_plan(one) and one["id"] in speeds for one in held)
        speed = max(own if alone else own + fused, default=0)
        if speed and speed != characteristic(line, "speedMbps"):
            update(transaction, line, with_feature(line, "speedMbps", speed))


def _is_plan(product: Document) -> bool:
    return characteristic(product, "kind") == "plan"


def update(transaction: Transaction, before: Document, after: Document) -> None:
    """Stores a product that an order or a payment changed."""
    resources.store_change(transaction, API, PRODUCT, before, after)


def set_account_state(transaction: Transaction, line: Document, state: str) -> None:
    """Suspends or restores a line: its ``accountState`` and, with it, its status."""
    status = {"normal": "active", "terminated": "terminated"}.get(state, "suspended")
    update(transaction, line, with_feature(line, "accountState", state) | {"status": status})


def _change(_transaction: Transaction, before: Document, after: Document) -> Document:
    # "aborted " has a space at its end in the specification; both spellings mean the same state.
    old, new = str(before["status"]).strip(), str(after["status"]).strip()
    refuse_if_final(MOVES, before | {"status": old}, "status")
    require_move(MOVES, old, new)
    return after


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, PRODUCT] = Rules(prefix="P", change=_change)
