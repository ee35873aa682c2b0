"""Contracts (合约) of a line: until when it is bound, and what ending it before costs."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, datetime

from sandbox import resources, times
from sandbox.apis import inventory
from sandbox.apis.billing import Charge
from sandbox.documents import Document, characteristic
from sandbox.money import fen_of
from sandbox.store import Transaction

# The sandbox's own rule: for each month of the contract after the present one, this share of the plan's fee.
EARLY_FEE_PERCENT = 30
LONGEST_MONTHS = 36


def early_fee(end: date, today: date, plan_fen: int) -> int:
    """What ending the line today costs, in fen; nothing in the contract's last month and after it."""
    months = (end.year - today.year) * 12 + end.month - today.month
    return max(0, months) * plan_fen * EARLY_FEE_PERCENT // 100


def extended(end: date | None, today: date, months: int) -> date:
    """The end of a contract that goes on by ``months`` from today, or from its present end when that is later."""
    begin = max(end or today, today)
    index = begin.year * 12 + begin.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(begin.day, calendar.monthrange(year, month)[1]))


def end_of(line: Document) -> date | None:
    """The day on which the contract of a line ends, or None without one."""
    text = characteristic(line, "contractEnd")
    return date.fromisoformat(text) if text else None


def extend(transaction: Transaction, line_id: str, months: int, at: datetime) -> None:
    """Binds a line for that many months more."""
    line = resources.fetch(transaction, inventory.API, inventory.PRODUCT, line_id)
    end = extended(end_of(line), at.astimezone(times.SHANGHAI).date(), months)
    inventory.update(transaction, line, inventory.with_feature(line, "contractEnd", end.isoformat()))
    renew_fee(transaction, line_id, at)


def renew_fee(transaction: Transaction, line_id: str, at: datetime) -> None:
    """Has the line say what ending it costs now: after a new contract or plan, and every month."""
    line = resources.fetch(transaction, inventory.API, inventory.PRODUCT, line_id)
    end = end_of(line)
    if end is None or line["status"] in {"terminated", "cancelled"}:
        return
    held = inventory.subscriptions_of(transaction, line_id)
    monthly = sum(_monthly(one.get("productPrice")) for one in held if characteristic(one, "kind") == "plan")
    fee = early_fee(end, at.astimezone(times.SHANGHAI).date(), monthly)
    inventory.update(transaction, line, inventory.with_feature(line, "earlyTerminationFee", fee / 100))


def charge_lower_plan(
    transaction: Transaction, line_id: str, plan: Document, offering: Document, at: datetime
) -> Document:
    """A lower plan within the contract costs what ending the line would, and ends the contract.

    Returns the old plan, with what is to be paid for it, before it ends.
    """
    line = resources.fetch(transaction, inventory.API, inventory.PRODUCT, line_id)
    today, end = at.astimezone(times.SHANGHAI).date(), end_of(line)
    before, after = (_monthly(plan.get("productPrice")), _monthly(offering.get("productOfferingPrice")))
    fee = early_fee(end, today, before) if end and after < before else 0
    if not fee:
        return plan
    inventory.update(transaction, line, inventory.with_feature(line, "contractEnd", today.isoformat()))
    return inventory.with_feature(plan, "earlyTerminationFee", fee / 100)


def _monthly(prices: Iterable[Document] | None) -> int:
    """The recurring prices of a product or an offering, added up, in fen."""
    return sum(
        fen_of(price["price"].get("taxIncludedAmount")) for price in prices or () if price["priceType"] == "recurring"
    )


def penalties(products: Iterable[Document], month: datetime) -> list[Charge]:
    """What the lines and plans that were ended in the month that begins at ``month`` cost for their contracts."""
    return [
        Charge(
            "违约金",
            fen,
            "penalty",
            {"id": product["id"], "name": product["name"]},
            "合约期内拆机" if "productSerialNumber" in product else "合约期内降档",
        )
        for product in products
        if (fen := round((characteristic(product, "earlyTerminationFee") or 0) * 100))
        and product["status"] == "terminated"
        and "terminationDate" in product
        and month <= times.parse(product["terminationDate"]) < times.month_start(month, 1)
    ]
