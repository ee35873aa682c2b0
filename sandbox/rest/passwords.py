"""Service passwords (服务密码): six digits that a customer set; five wrong tries lock the number for a while."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sandbox.documents import Document
from sandbox.errors import ApiError
from sandbox.rest.codes import NUMBER, TRIES, lock, refuse_while_locked
from sandbox.store import Store, Transaction

KIND = "servicePassword"


class PasswordTry(BaseModel):
    """A number, and what the customer typed."""

    number: str = Field(regex=NUMBER)
    password: str = Field(min_length=1, max_length=20)


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


def router(store: Store) -> APIRouter:
    """``POST /servicePassword/verify``."""
    routes = APIRouter()

    @routes.post("/servicePassword/verify")
    def post_password(attempt: PasswordTry) -> Document:
        with store.writing() as transaction:
            outcome = verify(transaction, attempt.number, attempt.password)
        if isinstance(outcome, ApiError):
            raise outcome
        return outcome

    return routes
