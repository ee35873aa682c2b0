"""This month's allowances and what is left of them: data, calls and messages of every mobile and fixed line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import times
from sandbox.apis import inventory, usage
from sandbox.documents import characteristic
from sandbox.resources import place
from sandbox.store import Transaction

if TYPE_CHECKING:
    from sandbox.seed.households import Household

_ALMOST_ALL = 0.97


def plant(transaction: Transaction, home: Household) -> None:
    """Seeds buckets, and one usage query for each mobile number."""
    cards = [line["productSerialNumber"] for line in home.lines("mobile")]
    shared = sharing(home)
    start = times.month_start(home.now)
    elapsed = (home.now - start) / (times.month_start(home.now, 1) - start)
    for product in home.products:
        number = characteristic(product, "number")
        shares = [min(_ALMOST_ALL, elapsed * home.chance.uniform(0.35, 1.05)) for _ in inventory.METERS]
        if number is not None:
            inventory.open_buckets(transaction, product, shared if number in shared else [number], shares)
    for number in cards:
        place(
            transaction, usage.API, usage.KIND, f"UQ-{number}", queryUsageConsumptionDate=times.stamp(home.now),
            relatedParty=[home.party], searchCriteria={"logicalResource": [{"id": number}]},
            usageConsumption=usage.consumption(transaction, [number]),
        )  # fmt: skip


def sharing(home: Household) -> list[str]:
    """The numbers that use the main plan's allowances together, the main one first; none without a further card."""
    if not any(plan == "SUB-10" for plan, _ in home.person.lines):
        return []
    return [line["productSerialNumber"] for line in home.lines("mobile")]
