"""Invoices (电子发票): one a bill that is paid, sent to the account's main number as a link."""

from __future__ import annotations

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, Field

from sandbox import resources, times
from sandbox.documents import Document, party_id
from sandbox.errors import ApiError
from sandbox.rest import sms
from sandbox.store import Store, Transaction

API, KIND = "operator", "invoice"


class InvoiceOrder(BaseModel):
    """The bill, and whom the invoice names: the customer unless there is a title."""

    bill_id: str = Field(alias="billId")
    title: str | None = Field(default=None, min_length=1, max_length=100)
    tax_number: str | None = Field(default=None, alias="taxNumber", regex="^[0-9A-Za-z]{15,20}$")


def issue(transaction: Transaction, order: InvoiceOrder, key: str | None, address: str) -> tuple[Document, bool]:
    """The invoice of a bill, and whether it is new; ``address`` is where invoices are read.

    Raises:
        ApiError: 404 for an unknown bill, 409 for one that is not settled.
    """
    bill = resources.fetch(transaction, "678", "customerBill", order.bill_id)
    if bill.get("state") != "settled":
        raise ApiError(409, "the bill is not paid", code="billUnpaid")
    known = transaction.get(API, KIND, f"INV{bill['id'][1:]}")
    document = resources.once(
        transaction, KIND, key, order.dict(), lambda: known or _issue(transaction, bill, order, address)
    )
    return document, known is None


def _issue(transaction: Transaction, bill: Document, order: InvoiceOrder, address: str) -> Document:
    customer = resources.fetch(transaction, "629", "customer", str(party_id(bill)))
    number = next(
        medium["characteristic"]["phoneNumber"]
        for medium in customer["contactMedium"]
        if medium["mediumType"] == "phone" and medium["preferred"]
    )
    invoice = {
        "id": f"INV{bill['id'][1:]}",
        "billId": bill["id"],
        "state": "issued",
        "amount": bill["amountDue"],
        "title": order.title or customer["name"],
        "issuedAt": times.stamp(transaction.now()),
        "sentTo": number,
    }
    if order.tax_number:
        invoice["taxNumber"] = order.tax_number
    transaction.insert(API, KIND, invoice)
    return _tell(transaction, invoice, bill, address)


def send_again(transaction: Transaction, identity: str, key: str | None, address: str) -> Document:
    """The invoice, whose link has been sent once more, once for a key.

    Raises:
        ApiError: 404 for an unknown one.
    """
    invoice = resources.fetch(transaction, API, KIND, identity)
    bill = resources.fetch(transaction, "678", "customerBill", invoice["billId"])
    return resources.once(
        transaction, f"{KIND}.send", key, {"id": identity}, lambda: _tell(transaction, invoice, bill, address)
    )


def _tell(transaction: Transaction, invoice: Document, bill: Document, address: str) -> Document:
    month = bill["billingPeriod"]["startDateTime"][:7].replace("-", "年")
    text = f"【中国电信】您{month}月账单的电子发票已开具，请点击查看：{address}/{invoice['id']}"
    sms.send(transaction, invoice["sentTo"], text)
    return invoice


def router(store: Store) -> APIRouter:
    """``POST /invoice``, ``GET /invoice`` of a bill, ``POST /invoice/{id}/send``, ``GET /invoice/{id}``: its link."""
    routes = APIRouter()

    @routes.post("/invoice", status_code=201)
    def post_invoice(
        order: InvoiceOrder,
        request: Request,
        response: Response,
        idempotency_key: str | None = Header(None, max_length=255),
    ) -> Document:
        address = str(request.url).rstrip("/")
        with store.writing() as transaction:
            invoice, new = issue(transaction, order, idempotency_key, address)
        response.status_code = 201 if new else 200
        return invoice

    @routes.get("/invoice")
    def list_invoices(bill: str = Query(alias="billId")) -> list[Document]:
        with store.reading() as transaction:
            found = transaction.get(API, KIND, f"INV{bill[1:]}")
            return [found] if found and found["billId"] == bill else []

    @routes.post("/invoice/{identity}/send")
    def post_send(
        identity: str, request: Request, idempotency_key: str | None = Header(None, max_length=255)
    ) -> Document:
        address = str(request.url).removesuffix(f"/{identity}/send")
        with store.writing() as transaction:
            return send_again(transaction, identity, idempotency_key, address)

    @routes.get("/invoice/{identity}")
    def get_invoice(identity: str) -> Document:
        with store.reading() as transaction:
            return resources.fetch(transaction, API, KIND, identity)

    return routes
