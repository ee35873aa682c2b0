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
    monthly = sum(
        fen_of(price["price"].get("taxIncludedAmount"))
        for product in inventory.subscriptions_of(transaction, line_id)
        if characteristic(product, "kind") == "plan"
        for price in product.get("productPrice", ())
        if price["priceType"] == "recurring"
    )
    fee = early_fee(end, at.astimezone(times.SHANGHAI).date(), monthly)
    inventory.update(transaction, line, inventory.with_feature(line, "earlyTerminationFee", fee / 100))


def penalties(lines: Iterable[Document], month: datetime) -> list[Charge]:
    """What the lines that were ended in the month that begins at ``month`` cost for their contracts."""
    return [
        Charge("违约金", fen, "penalty", {"id": line["id"], "name": line["name"]}, "合约期内拆机")
        for line in lines
        if (fen := round((characteristic(line, "earlyTerminationFee") or 0) * 100))
        and line["status"] == "terminated"
        and "terminationDate" in line
        and month <= times.parse(line["terminationDate"]) < times.month_start(month, 1)
    ]
