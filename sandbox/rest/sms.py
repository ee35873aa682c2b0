"""Text messages: what is "sent" lies in an outbox that ``GET /sandbox/sms`` shows."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sandbox import times
from sandbox.documents import Document
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


def router(store: Store) -> APIRouter:
    """``POST /sms``."""
    routes = APIRouter()

    @routes.post("/sms", status_code=201)
    def post_sms(message: Message) -> Document:
        with store.writing() as transaction:
            return send(transaction, message.number, message.text)

    return routes
