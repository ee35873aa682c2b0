"""TMF677: what was used in months that are over, on each number. A query asks for it by ``validPeriod``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sandbox import times
from sandbox.apis.inventory import METERS, month_period
from sandbox.documents import Document, characteristic
from sandbox.store import Transaction

# The API and kind under which the months are kept; no API lists them.
_MONTHS = ("sandbox", "monthUsage")


def remember(transaction: Transaction, number: str, month: datetime, used: Mapping[str, int]) -> None:
    """Keeps what was used on a number in the month that begins at ``month``: MB, minutes, messages by usage type."""
    transaction.insert(
        *_MONTHS,
        {
            "id": f"{number}-{month.astimezone(times.SHANGHAI):%Y%m}",
            "number": number,
            "month": times.stamp(month),
            "used": dict(used),
        },
    )


def remember_all(transaction: Transaction, month: datetime) -> None:
    """Keeps the month that ends now, from its buckets. What cards share counts for the card whose plan it is."""
    used: dict[str, dict[str, int]] = {}
    for bucket in transaction.search("654", "bucket", {}):
        if bucket["usageType"] == "monetary":
            continue
        for resource in bucket.get("logicalResource") or ():
            used.setdefault(resource["id"], {})
        owner = _owner(transaction, bucket)
        if owner in used:
            amount = int(bucket["initialValue"]["amount"] - bucket["remainingValue"]["amount"])
            used[owner][bucket["usageType"]] = used[owner].get(bucket["usageType"], 0) + amount
    for number, amounts in used.items():
        remember(transaction, number, month, amounts)


def _owner(transaction: Transaction, bucket: Document) -> str | None:
    for reference in bucket.get("product") or ():
        product = transaction.get("637", "product", reference.get("id", ""))
        if product:
            number: str | None = characteristic(product, "number")
            return number
    return None


def consumption(transaction: Transaction, numbers: list[str]) -> list[Document]:
    """One ``usageConsumption`` for each number and month that is over, the newest first."""
    found = [month for number in numbers for month in transaction.search(*_MONTHS, {"number": [number]})]
    found.sort(key=lambda month: str(month["id"].rpartition("-")[2]), reverse=True)
    return [_shown(month) for month in found]


def _shown(month: Document) -> Document:
    period = month_period(times.parse(month["month"]))
    number = month["number"]
    return {
        "id": f"UC-{month['id']}",
        "name": "历史用量",
        "creationDate": period["endDateTime"],
        "lastUpdate": period["endDateTime"],
        "state": "done",
        "logicalResource": [{"id": number, "name": number, "@type": "LogicalResource"}],
        "validPeriod": period,
        "bucketRefOrValue": [
            {
                "id": f"{month['id']}-{kind}",
                "name": label,
                "usageType": kind,
                "status": "expired",
                "validFor": period,
                "bucketCounter": [
                    {
                        "id": f"{month['id']}-{kind}-used",
                        "counterType": "used",
                        "level": "global",
                        "valueName": f"{month['used'].get(kind, 0)} {units}",
                        "value": {"amount": month["used"].get(kind, 0), "units": units},
                        "consumptionPeriod": period,
                    }
                ],
                "@type": "Bucket",
            }
            for _, kind, units, label in METERS
        ],
    }
