"""TMF678: bills, the rates applied in them, and bills on demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox import resources, times
from sandbox.documents import Document
from sandbox.errors import ApiError
from sandbox.money import fen_of, money
from sandbox.rules import RULES, Rules
from sandbox.store import Transaction

API, BILL, RATE, ON_DEMAND = "678", "customerBill", "appliedCustomerBillingRate", "customerBillOnDemand"
_TAX_PERCENT = 6
_PAY_WITHIN = timedelta(days=20)


@dataclass(frozen=True)
class Charge:
    """One line of a bill, in fen; a discount is negative."""

    name: str
    fen: int
    type: str
    product: Document
    description: str = ""


def issue_bill(
    transaction: Transaction, account: str, customer: str, month: datetime, charges: Sequence[Charge], *, paid: bool
) -> Document:
    """Makes the bill of a month and its rates, which add up to it.

    Args:
        transaction: where to store them.
        account: id of the billing account.
        customer: id of the customer.
        month: the beginning of the month that is billed.
        charges: the lines.
        paid: whether it was taken from the balance at once.

    Returns:
        The stored bill.
    """
    end = times.month_start(month, 1)
    total = sum(charge.fen for charge in charges)
    taxes = [_tax(charge.fen) for charge in charges]
    number = f"{account}-{month:%Y%m}"
    bill: Document = {
        "id": f"B{number[1:]}",
        "href": resources.path_of(API, BILL, f"B{number[1:]}"),
        "billNo": f"{month:%Y%m}{account[1:]}",
        "billDate": times.stamp(end),
        "nextBillDate": times.stamp(times.month_start(end, 1)),
        "paymentDueDate": times.stamp(end + _PAY_WITHIN),
        "lastUpdate": times.stamp(end),
        "category": "normal",
        "runType": "onCycle",
        "billingPeriod": _period(month, end),
        "amountDue": money(total),
        "remainingAmount": money(0 if paid else total),
        "taxIncludedAmount": money(total),
        "taxExcludedAmount": money(total - sum(taxes)),
        "taxItem": [{"taxCategory": "VAT", "taxRate": _TAX_PERCENT, "taxAmount": money(sum(taxes))}],
        "state": "settled" if paid else "sent",
        "billingAccount": {"id": account, "@referredType": "BillingAccount"},
        "relatedParty": [{"id": customer, "role": "customer", "@referredType": "Customer"}],
        "@type": "CustomerBill",
    }
    transaction.insert(API, BILL, bill)
    for position, (charge, tax) in enumerate(zip(charges, taxes, strict=True), start=1):
        identity = f"R{bill['id'][1:]}-{position:02d}"
        rate = {
            "id": identity,
            "href": resources.path_of(API, RATE, identity),
            "name": charge.name,
            "description": charge.description or charge.product["name"],
            "type": charge.type,
            "date": times.stamp(end),
            "isBilled": True,
            "bill": {"id": bill["id"]},
            "billingAccount": bill["billingAccount"],
            "product": charge.product,
            "periodCoverage": _period(month, end),
            "taxIncludedAmount": money(charge.fen),
            "taxExcludedAmount": money(charge.fen - tax),
            "appliedTax": [{"taxCategory": "VAT", "taxRate": _TAX_PERCENT, "taxAmount": money(tax)}],
            "@type": "AppliedCustomerBillingRate",
        }
        transaction.insert(API, RATE, rate)
    return bill


def recurring_charges(products: Iterable[Document], end: datetime) -> list[Charge]:
    """The monthly fees of the products that had started by ``end`` and are in use."""
    names = {"plan": "月基本费", "vas": "增值业务费"}
    charges = []
    for product in products:
        started = times.parse(product["startDate"]) < end
        if not started or product["status"] not in {"active", "suspended"}:
            continue
        kind = next((c["value"] for c in product.get("productCharacteristic", ()) if c["name"] == "kind"), None)
        for price in product.get("productPrice", ()):
            fen = fen_of(price["price"].get("taxIncludedAmount"))
            if fen and price["priceType"] == "recurring":
                reference = {"id": product["id"], "name": product["name"]}
                charges.append(Charge(names.get(str(kind), "功能包费"), fen, "recurringCharge", reference))
    return charges


def _period(start: datetime, end: datetime) -> Document:
    return {"startDateTime": times.stamp(start), "endDateTime": times.stamp(end - timedelta(seconds=1))}


def _tax(fen: int) -> int:
    """The tax contained in a price, in whole fen."""
    return round(fen * _TAX_PERCENT / (100 + _TAX_PERCENT))


_LABELS = ("@baseType", "@schemaLocation", "@type")


def _change_bill(transaction: Transaction, before: Document, after: Document) -> Document:
    """Only the state of a bill and what it is called may be changed from outside, and a settled one stays settled."""
    if before.get("state") == "settled" and after.get("state") != "settled":
        raise ApiError(409, "a settled bill cannot be opened again", code="illegalTransition")
    kept = {name: after[name] for name in ("state", *_LABELS) if name in after}
    return before | kept | {"lastUpdate": times.stamp(transaction.now())}


def _create_on_demand(transaction: Transaction, document: Document) -> Document:
    """A bill on demand points to the newest bill of the account or the customer; without one it is rejected."""
    account = (document.get("billingAccount") or {}).get("id")
    customer = (document.get("relatedParty") or {}).get("id")
    where = {"billingAccount.id": [account]} if account else {"relatedParty.id": [customer]} if customer else None
    bills = transaction.search(API, BILL, where) if where else []
    newest = max(bills, key=lambda bill: times.parse(bill["billDate"]), default=None)
    document |= {"state": "done" if newest else "rejected", "lastUpdate": times.stamp(transaction.now())}
    if newest:
        document["customerBill"] = {"id": newest["id"], "href": newest["href"]}
    return document


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, BILL] = Rules(change=_change_bill, state="state")
    RULES[API, ON_DEMAND] = Rules(prefix="BOD", create=_create_on_demand, state="state")
