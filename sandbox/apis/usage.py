"""TMF677: how much of each package is used, from the buckets of TMF654, and what was used in months that are over."""

from __future__ import annotations

from sandbox import times
from sandbox.apis import usage_history
from sandbox.documents import Document, party_id
from sandbox.rules import RULES, Rules
from sandbox.store import Transaction

API, KIND = "677", "queryUsageConsumption"


def consumption(transaction: Transaction, numbers: list[str]) -> list[Document]:
    """One ``usageConsumption`` for each number: its packages of this month with total, used and remaining."""
    return [_of_number(transaction, number) for number in numbers]


def _of_number(transaction: Transaction, number: str) -> Document:
    now = times.stamp(transaction.now())
    buckets = [
        bucket
        for bucket in transaction.find("654", "bucket", logicalResource_id=number)
        if bucket["usageType"] != "monetary"
    ]
    return {
        "id": f"UC-{number}",
        "name": "本月用量",
        "creationDate": now,
        "lastUpdate": now,
        "state": "done",
        "logicalResource": [{"id": number, "name": number, "@type": "LogicalResource"}],
        "validPeriod": buckets[0]["validFor"] if buckets else {"endDateTime": now},
        "bucketRefOrValue": [_shown(bucket) for bucket in buckets],
    }


def _shown(bucket: Document) -> Document:
    units = bucket["remainingValue"]["units"]
    total, remaining = bucket["initialValue"]["amount"], bucket["remainingValue"]["amount"]
    amounts = {"total": total, "used": total - remaining, "remaining": remaining}
    return {
        "id": bucket["id"],
        "name": bucket["name"],
        "isShared": bucket["isShared"],
        "usageType": bucket["usageType"],
        "status": bucket["status"],
        "remainingValue": bucket["remainingValue"],
        "product": bucket["product"],
        "logicalResource": [{"id": resource["id"], "name": resource["id"]} for resource in bucket["logicalResource"]],
        "validFor": bucket["validFor"],
        "bucketCounter": [
            {
                "id": f"{bucket['id']}-{kind}",
                "counterType": kind,
                "level": "global",
                "valueName": f"{amount:g} {units}",
                "value": {"amount": amount, "units": units},
                "consumptionPeriod": bucket["validFor"],
            }
            for kind, amount in amounts.items()
        ],
        "@type": "Bucket",
    }


def _create(transaction: Transaction, document: Document) -> Document:
    """Answers a query at once: by number, by the number of a product, or by customer (all of their mobile lines).

    ``validPeriod`` asks for the months that lie in it as a whole, the newest first; without it this month is meant.
    """
    criteria = document.get("searchCriteria") or {}
    numbers = [resource["id"] for resource in criteria.get("logicalResource") or []]
    for reference in criteria.get("product") or []:
        product = transaction.get("637", "product", reference["id"])
        if product and product.get("productSerialNumber"):
            numbers.append(product["productSerialNumber"])
    customer = party_id(criteria) or party_id(document)
    if customer and not numbers:
        lines = transaction.find("637", "product", relatedParty_id=customer)
        numbers = [line["productSerialNumber"] for line in lines if "productSerialNumber" in line]
    found = [item for item in consumption(transaction, numbers) if item["bucketRefOrValue"]]
    period = criteria.get("validPeriod")
    if period is not None:
        found += usage_history.consumption(transaction, numbers)
        found = [item for item in found if _within(item["validPeriod"], period)]
    return document | {"queryUsageConsumptionDate": times.stamp(transaction.now()), "usageConsumption": found}


def _within(period: Document, wanted: Document) -> bool:
    begin, end = wanted.get("startDateTime"), wanted.get("endDateTime")
    return (begin is None or times.parse(begin) <= times.parse(period["startDateTime"])) and (
        end is None or times.parse(period["endDateTime"]) <= times.parse(end)
    )


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, KIND] = Rules(prefix="UQ", create=_create)
