"""Text messages: what is "sent" lies in an outbox that ``GET /sandbox/sms`` shows."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sandbox import times
from sandbox.documents import Document, characteristic
from sandbox.errors import ApiError
from sandbox.store import Store, Transaction

API, KIND = "operator", "sms"


class Message(BaseModel):
    """A text for a number; the operator's gateway takes up to 1,000 characters."""

    number: str = Field(regex=r"^\d{3,20}$")
    text: str = Field(min_length=1, max_length=1000)


def send(transaction: Transaction, number: str, text: str) -> Document:
    """Puts a message into the outbox."""
    identity = f"SMS{transaction.next_number(KIND):08d}"
    message = {"id": identity, "number": number, "text": text, "at": times.stamp(transaction.now())}
    transaction.insert(API, KIND, message)
    return message


def reaches(line: Document) -> bool:
    """Whether messages arrive at a line (a TMF637 product): a mobile one that is neither lost nor given up."""
    mobile = characteristic(line, "lineType") == "mobile"
    return mobile and characteristic(line, "accountState") not in {"lost", "terminated"}


def destination(transaction: Transaction, number: str) -> str:
    """The number at which the owner of a line gets messages: its own, or its contact number.

    Raises:
        ApiError: 404 for a number of nobody; 422 when no message arrives at the contact number either.
    """
    lines = transaction.find("637", "product", productSerialNumber=number)
    if not lines:
        raise ApiError(404, "no customer has this number", code="unknownNumber")
    if reaches(lines[0]):
        return number
    contact = str(characteristic(lines[0], "contactNumber") or "")
    if not any(map(reaches, transaction.find("637", "product", productSerialNumber=contact))):
        raise ApiError(422, "no message reaches this line or its contact number", code="cannotReceiveSms")
    return contact


def router(store: Store) -> APIRouter:
    """``POST /sms``."""
    routes = APIRouter()

    @routes.post("/sms", status_code=201)
    def post_sms(message: Message) -> Document:
        with store.writing() as transaction:
            return send(transaction, message.number, message.text)

    return routes
