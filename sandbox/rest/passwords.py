"""Service passwords (服务密码): six digits that a customer set; five wrong tries lock the number for a while."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Header
from pydantic import BaseModel, Field

from sandbox import resources
from sandbox.documents import Document
from sandbox.errors import ApiError
from sandbox.rest import sms
from sandbox.rest.codes import NUMBER, TRIES, lock, refuse_while_locked, unlock
from sandbox.store import Store, Transaction

KIND = "servicePassword"


class PasswordTry(BaseModel):
    """A number, and what the customer typed."""

    number: str = Field(regex=NUMBER)
    password: str = Field(min_length=1, max_length=20)


class PasswordReset(BaseModel):
    """The line that is to get a new password."""

    number: str = Field(regex=NUMBER)


def verify(transaction: Transaction, number: str, typed: str) -> Document | ApiError:
    """The outcome of one try. Refusals are returned, not raised, because the try has to be counted."""
    password = transaction.register(f"password:{number}")
    if password is None:
        return ApiError(404, "no customer has this number", code="unknownNumber")
    try:
        refuse_while_locked(transaction, KIND, number)
    except ApiError as error:
        return error
    counter = f"passwordTries:{number}"
    if secrets.compare_digest(typed.encode(), password.encode()):
        transaction.set_register(counter, "0")
        return {"status": "verified"}
    tries = int(transaction.register(counter) or 0) + 1
    transaction.set_register(counter, str(tries % TRIES))
    if tries < TRIES:
        return ApiError(422, "the password is wrong", code="wrongPassword", remainingTries=TRIES - tries)
    return lock(transaction, KIND, number)


def reset(transaction: Transaction, order: PasswordReset, key: str | None) -> Document:
    """Gives a line a new password and sends it to its owner; the same key again does nothing.

    Raises:
        ApiError: 404 for an unknown number, 422 when no message reaches its owner.
    """
    return resources.once(transaction, f"{KIND}Reset", key, order.dict(), lambda: _reset(transaction, order.number))


def _reset(transaction: Transaction, number: str) -> Document:
    to = sms.destination(transaction, number)
    password = f"{secrets.randbelow(10**6):06d}"
    transaction.set_register(f"password:{number}", password)
    # Wrong tries of the former one say nothing about this one.
    transaction.set_register(f"passwordTries:{number}", "0")
    unlock(transaction, KIND, number)
    whose = "您的" if to == number else f"尾号{number[-4:]}的"
    sms.send(transaction, to, f"【中国电信】{whose}服务密码已重置为{password}，请勿告诉他人，并尽快修改。")
    return {"status": "sent", "sentTo": to}


def router(store: Store) -> APIRouter:
    """``POST /servicePassword/verify`` and ``POST /servicePassword/reset``."""
    routes = APIRouter()

    @routes.post("/servicePassword/reset")
    def post_reset(order: PasswordReset, idempotency_key: str | None = Header(None, max_length=255)) -> Document:
        with store.writing() as transaction:
            return reset(transaction, order, idempotency_key)

    @routes.post("/servicePassword/verify")
    def post_password(attempt: PasswordTry) -> Document:
        with store.writing() as transaction:
            outcome = verify(transaction, attempt.number, attempt.password)
        if isinstance(outcome, ApiError):
            raise outcome
        return outcome

    return routes
