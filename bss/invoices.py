"""Invoices (电子发票): a small resource of the operator beside the TM Forum APIs (see docs/sandbox.md)."""

from dataclasses import dataclass

from bss.http import call
from bss.shape import money, text


@dataclass(frozen=True)
class Invoice:
    """The invoice of a bill; `amount` in fen, `sent_to` the number that got the link."""

    id: str
    bill: str
    state: str
    amount: int
    sent_to: str


def issue(bill_id: str, *, idempotency_key: str, title: str | None = None) -> Invoice:
    """Has the invoice of a bill issued and sent; a bill that has one keeps it. Without a `title` it names the customer.

    Raises NotFound for an unknown bill, Rejected with code `billUnpaid` for one that is not paid in full, and what
    `call` raises. Whose bill it is, is not checked.
    """
    body = {"billId": bill_id} | ({"title": title} if title else {})
    answer = call("invoice", "POST", "/invoice", body=body, idempotency_key=idempotency_key).body
    return Invoice(
        id=text(answer, "id"),
        bill=text(answer, "billId"),
        state=text(answer, "state"),
        amount=money(answer, "amount"),
        sent_to=text(answer, "sentTo"),
    )
