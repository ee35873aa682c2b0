"""TMF680: what to offer a customer, by plain rules over what they have. The published base path is not used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sandbox import times
from sandbox.apis import inventory
from sandbox.documents import Document, characteristic, party_id
from sandbox.rules import RULES, Rules
from sandbox.store import Transaction

API, KIND = "680", "queryProductRecommendation"
_CONTRACT_ENDS_SOON = timedelta(days=92)
_NEARLY_USED = 0.8
_MOST = 3


def _create(transaction: Transaction, query: Document) -> Document:
    customer = party_id(query)
    lines = [
        product
        for product in (transaction.find("637", "product", relatedParty_id=customer) if customer else [])
        if "productSerialNumber" in product
    ]
    held = {
        product["productOffering"]["id"]
        for line in lines
        for product in inventory.subscriptions_of(transaction, line["id"])
    }
    wanted = [offering for line in lines for offering in _ideas(transaction, line, held)]
    items: list[Document] = []
    for identity in dict.fromkeys(wanted):
        offering = transaction.get("620", "productOffering", identity)
        if offering and identity not in held and len(items) < _MOST:
            items.append(_item(offering, len(items) + 1))
    now = transaction.now()
    return query | {
        "state": "done",
        "recommendationItem": items,
        "validFor": {"startDateTime": times.stamp(now), "endDateTime": times.stamp(now + timedelta(days=1))},
    }


def _ideas(transaction: Transaction, line: Document, held: set[str]) -> Iterator[str]:
    """Ids of offerings that would suit a line, the best first."""
    kind, end = characteristic(line, "lineType"), characteristic(line, "contractEnd")
    soon = times.stamp(transaction.now() + _CONTRACT_ENDS_SOON)[:10]
    if end and str(end) < soon:
        yield "KEEP-SPEED" if kind == "broadband" else "KEEP-100"
    if kind == "broadband" and "SPEED-UP" not in held:
        yield "SPEED-UP"
    if kind != "mobile":
        return
    for bucket in transaction.find("654", "bucket", logicalResource_id=line["productSerialNumber"]):
        if bucket["usageType"] == "data":
            used = 1 - bucket["remainingValue"]["amount"] / bucket["initialValue"]["amount"]
            if used > _NEARLY_USED:
                yield "DATA-10"
    yield "VAS-CLIP"


def _item(offering: Document, priority: int) -> Document:
    return {
        "id": str(priority),
        "priority": priority,
        "productOffering": {"id": offering["id"], "name": offering["name"]},
        "product": {
            "name": offering["name"],
            "description": offering.get("description", ""),
            "productPrice": [
                {"priceType": "recurring", "recurringChargePeriod": "month", "price": price["price"]}
                for price in offering["productOfferingPrice"]
                if price.get("priceType") == "recurring"
            ],
        },
    }


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, KIND] = Rules(prefix="RQ", create=_create, state="state")
