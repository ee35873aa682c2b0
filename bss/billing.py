"""TMF678 Customer Bill: bills and the rates that make them up."""

from dataclasses import dataclass
from datetime import datetime

from bss.http import call
from bss.shape import moment, money, objects, optional, text
from common.times import SHANGHAI


@dataclass(frozen=True)
class Bill:
    """A month's bill; `month` is YYYY-MM, amounts in fen."""

    id: str
    month: str
    total: int
    unpaid: int
    due: datetime | None


@dataclass(frozen=True)
class Rate:
    """A line of a bill in fen; a discount is negative."""

    name: str
    amount: int
    description: str


def bills(account: str) -> list[Bill]:
    """The bills of an account, newest first. Raises what `call` raises."""
    found = objects(
        call(
            "678", "GET", "/customerBill", params={"billingAccount.id": account, "sort": "-billDate", "limit": 24}
        ).body
    )
    rows = [
        Bill(
            id=text(bill, "id"),
            month=f"{moment(bill, 'billingPeriod', 'startDateTime').astimezone(SHANGHAI):%Y-%m}",
            total=money(bill, "amountDue"),
            unpaid=money(bill, "remainingAmount"),
            due=moment(bill, "paymentDueDate") if optional(bill, "paymentDueDate") else None,
        )
        for bill in found
    ]
    return sorted(rows, key=lambda bill: bill.month, reverse=True)


def rates(bill: str) -> list[Rate]:
    """The lines of a bill, in the bill's order. Raises what `call` raises."""
    found = objects(call("678", "GET", "/appliedCustomerBillingRate", params={"bill.id": bill, "limit": 100}).body)
    return [
        Rate(text(rate, "name"), money(rate, "taxIncludedAmount"), str(optional(rate, "description") or ""))
        for rate in found
    ]
