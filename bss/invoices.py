"""Invoices (电子发票): a small resource of the operator beside the TM Forum APIs (see docs/sandbox.md)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bss.http import call
from bss.shape import money, objects, text


@dataclass(frozen=True)
class Invoice:
    """The invoice of a bill; `amount` in fen, `title` whom it names, `sent_to` the number that got the link."""

    id: str
    bill: str
    state: str
    amount: int
    title: str
    sent_to: str


def issue(bill_id: str, *, idempotency_key: str, title: str | None = None, tax_number: str | None = None) -> Invoice:
    """Has the invoice of a bill issued and sent; a bill that has one keeps it. Without a `title` it names the customer.

    Raises NotFound for an unknown bill, Rejected with code `billUnpaid` for one that is not paid in full, and what
    `call` raises. Whose bill it is, is not checked.
    """
    body = {"billId": bill_id} | ({"title": title} if title else {}) | ({"taxNumber": tax_number} if tax_number else {})
    return _invoice(call("invoice", "POST", "/invoice", body=body, idempotency_key=idempotency_key).body)


def issued(bill_id: str) -> Invoice | None:
    """The invoice that a bill has. Raises what `call` raises. Whose bill it is, is not checked."""
    found = objects(call("invoice", "GET", "/invoice", params={"billId": bill_id}).body)
    return _invoice(found[0]) if found else None


def send_again(invoice_id: str, *, idempotency_key: str) -> Invoice:
    """Sends the link of an invoice once more. Raises NotFound, and what `call` raises."""
    path = f"/invoice/{quote(invoice_id, safe='')}/send"
    return _invoice(call("invoice", "POST", path, idempotency_key=idempotency_key).body)


def _invoice(entry: Any) -> Invoice:
    return Invoice(
        id=text(entry, "id"),
        bill=text(entry, "billId"),
        state=text(entry, "state"),
        amount=money(entry, "amount"),
        title=text(entry, "title"),
        sent_to=text(entry, "sentTo"),
    )
