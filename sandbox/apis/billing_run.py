"""The operator's monthly work: bills of the month that ended, paid from the balance, and fresh allowances."""

from __future__ import annotations

from datetime import date, datetime

from sandbox import resources, times
from sandbox.apis import balance, inventory, terms, usage_history
from sandbox.apis.billing import BILL, Charge, issue_bill, recurring_charges
from sandbox.documents import Document, characteristic
from sandbox.money import fen_of, money
from sandbox.rules import TIMERS
from sandbox.store import Transaction

ACTION = "billing.run"
CONTRACT_DISCOUNT_FEN = -1000
# The sandbox's own rule: what a line costs instead of its fees when the month ends while it is suspended by request.
SUSPENDED_FEN = 500
_SUSPEND_AT_UNPAID = 2


def schedule(transaction: Transaction) -> None:
    """Has the next run begin with the next month."""
    transaction.set_timer(times.month_start(transaction.now(), 1), ACTION, "")


def contract_discount(lines: list[Document], month_end: datetime) -> list[Charge]:
    """The discount of customers whose contract lasts beyond the end of the month."""
    for line in lines:
        end = characteristic(line, "contractEnd")
        if end and line["status"] != "terminated" and date.fromisoformat(str(end)) >= month_end.date():
            return [
                Charge(
                    "优惠", CONTRACT_DISCOUNT_FEN, "discount", {"id": line["id"], "name": line["name"]}, "合约期优惠"
                )
            ]
    return []


def _run(transaction: Transaction, due: datetime, _argument: str) -> None:
    transaction.set_timer(times.month_start(due, 1), ACTION, "")
    month = times.month_start(due, -1)
    for customer in transaction.search("629", "customer", {}):
        for account in customer.get("account") or ():
            if "id" in account:
                _bill_account(transaction, account["id"], customer["id"], month)
    usage_history.remember_all(transaction, month)
    _renew_allowances(transaction, due)


def _bill_account(transaction: Transaction, account: str, customer: str, month: datetime) -> None:
    products = transaction.find("637", "product", billingAccount_id=account)
    end = times.month_start(month, 1)
    lines = [product for product in products if "productSerialNumber" in product]
    for line in lines:
        terms.renew_fee(transaction, line["id"], end)
    kept = {line["id"]: line for line in lines if characteristic(line, "accountState") == "suspended_by_request"}
    in_use = [product for product in products if _line_of(product) not in kept]
    charges = recurring_charges(in_use, end) + terms.penalties(products, month)
    charges += [
        Charge("停机保号费", SUSPENDED_FEN, "recurringCharge", {"id": line["id"], "name": line["name"]}, "停机保号")
        for line in kept.values()
    ]
    if not charges:
        return
    charges += contract_discount(lines, end)
    total = sum(charge.fen for charge in charges)
    bill = issue_bill(transaction, account, customer, month, charges, paid=False)
    buckets = transaction.search("654", "bucket", {"partyAccount.id": [account]})
    money_buckets = [bucket for bucket in buckets if bucket["usageType"] == "monetary"]
    if money_buckets:
        _pay(transaction, money_buckets[0], bill, total)
    unpaid = [
        item for item in transaction.find("678", BILL, billingAccount_id=account) if fen_of(item["remainingAmount"]) > 0
    ]
    if len(unpaid) >= _SUSPEND_AT_UNPAID:
        for line in lines:
            if characteristic(line, "accountState") == "normal":
                current = resources.fetch(transaction, inventory.API, inventory.PRODUCT, line["id"])
                inventory.set_account_state(transaction, current, "arrears_suspended")


def _line_of(product: Document) -> str | None:
    related = product.get("productRelationship") or ()
    return next((entry["product"].get("id") for entry in related if entry["relationshipType"] == "reliesOn"), None)


def _pay(transaction: Transaction, bucket: Document, bill: Document, total: int) -> None:
    """Takes a bill from the balance; what the balance lacks stays open on the bill and makes it negative."""
    covered = max(0, min(fen_of(bucket["remainingValue"]), total))
    balance.credit(transaction, bucket, -total)
    balance.record(transaction, bucket, {}, -total, f"{bill['billNo'][:6]}账单扣费")
    state = "settled" if covered == total else "partiallyPaid" if covered else "sent"
    after = bill | {"state": state, "remainingAmount": money(total - covered)}
    resources.store_change(transaction, "678", BILL, bill, after)


def _renew_allowances(transaction: Transaction, due: datetime) -> None:
    for bucket in transaction.search("654", "bucket", {}):
        if bucket["usageType"] != "monetary":
            whole = bucket["initialValue"]
            renewed = {
                "remainingValue": whole,
                "remainingValueName": f"剩余{whole['amount']}{whole['units']}",
                "validFor": inventory.month_period(times.month_start(due)),
            }
            transaction.replace("654", "bucket", bucket | renewed)


def register() -> None:
    """Puts the action in force."""
    TIMERS[ACTION] = _run
