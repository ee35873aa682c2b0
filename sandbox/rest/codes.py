"""One-time codes (验证码): six digits by SMS, five minutes, five tries, then a pause for the number."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from fastapi import APIRouter, Header
from pydantic import BaseModel, Field

from sandbox import resources, times
from sandbox.documents import Document
from sandbox.errors import ApiError
from sandbox.rest import sms
from sandbox.store import Store, Transaction

API, KIND = "operator", "oneTimeCode"
# Broadband and IPTV accounts have letters.
NUMBER = r"^[0-9A-Za-z@._-]{3,40}$"
LIFETIME = timedelta(minutes=5)
TRIES = 5
PAUSE = timedelta(minutes=15)
# Resending is fine, flooding somebody's phone is not.
SENDS, SENDS_WITHIN = 5, timedelta(minutes=15)


class CodeRequest(BaseModel):
    """Who is to get a code, and what for."""

    number: str = Field(regex=NUMBER)
    purpose: str = Field(default="verify", min_length=1, max_length=100)


class CodeTry(BaseModel):
    """What the customer typed."""

    code: str = Field(min_length=1, max_length=20)


def create(transaction: Transaction, request: CodeRequest, key: str | None) -> Document:
    """Makes a code, voids the number's former ones and sends it; the same key again sends nothing.

    Raises:
        ApiError: 404 for an unknown number, 422 for a line without messages, 429 while locked or after too many sends.
    """
    return resources.once(transaction, KIND, key, request.dict(), lambda: _create(transaction, request))


def _create(transaction: Transaction, request: CodeRequest) -> Document:
    _require_reachable(transaction, request.number)
    now = transaction.now()
    refuse_while_locked(transaction, KIND, request.number)
    former = transaction.find(API, KIND, number=request.number)
    recent = [code for code in former if times.parse(code["createdAt"]) > now - SENDS_WITHIN]
    if len(recent) >= SENDS:
        again = times.parse(recent[-SENDS]["createdAt"]) + SENDS_WITHIN
        raise ApiError(429, "too many codes were sent", code="tooMany", retryAfterSeconds=_seconds(again, now))
    for code in former:
        if code["state"] == "sent":
            transaction.replace(API, KIND, code | {"state": "void"})
    digits = f"{secrets.randbelow(10**6):06d}"
    shown = {
        "id": secrets.token_urlsafe(16),
        "number": request.number,
        "purpose": request.purpose,
        "expiresAt": times.stamp(now + LIFETIME),
    }
    kept = shown | {"createdAt": times.stamp(now), "code": digits, "tries": 0, "state": "sent"}
    transaction.insert(API, KIND, kept)
    sms.send(transaction, request.number, f"【中国电信】您的验证码为{digits}，5分钟内有效，请勿告诉他人。")
    return shown


def verify(transaction: Transaction, identity: str, typed: str) -> Document | ApiError:
    """The outcome of one try. Refusals are returned, not raised, because the try has to be counted."""
    code = transaction.get(API, KIND, identity)
    if code is None:
        return ApiError(404, "there is no such code", code="notFound")
    now = transaction.now()
    try:
        refuse_while_locked(transaction, KIND, code["number"])
    except ApiError as error:
        return error
    if code["state"] != "sent" or times.parse(code["expiresAt"]) < now:
        return ApiError(410, "the code is no longer valid", code="expired")
    if secrets.compare_digest(typed.encode(), code["code"].encode()):
        transaction.replace(API, KIND, code | {"state": "used"})
        return {"status": "verified"}
    left = TRIES - code["tries"] - 1
    transaction.replace(API, KIND, code | {"tries": code["tries"] + 1, "state": "sent" if left else "void"})
    if left:
        return ApiError(422, "the code is wrong", code="wrongCode", remainingTries=left)
    return lock(transaction, KIND, code["number"])


def lock(transaction: Transaction, kind: str, number: str) -> ApiError:
    """Starts the pause after too many wrong tries for a number."""
    transaction.set_register(f"lock:{kind}:{number}", times.stamp(transaction.now() + PAUSE))
    return ApiError(429, "too many wrong tries", code="locked", retryAfterSeconds=int(PAUSE.total_seconds()))


def unlock(transaction: Transaction, kind: str, number: str) -> None:
    """Ends the pause of a number."""
    transaction.set_register(f"lock:{kind}:{number}", "")


def refuse_while_locked(transaction: Transaction, kind: str, number: str) -> None:
    """Does nothing for a number that is not pausing.

    Raises:
        ApiError: 429 with the seconds that are left.
    """
    until = transaction.register(f"lock:{kind}:{number}")
    now = transaction.now()
    if until and times.parse(until) > now:
        left = _seconds(times.parse(until), now)
        raise ApiError(429, "too many wrong tries", code="locked", retryAfterSeconds=left)


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, round((until - now).total_seconds()))


def _require_reachable(transaction: Transaction, number: str) -> None:
    """Does nothing for a number that text messages reach.

    Raises:
        ApiError: 404 for a number of nobody; 422 for a line that is no mobile, or a lost one.
    """
    lines = transaction.find("637", "product", productSerialNumber=number)
    if not lines:
        raise ApiError(404, "no customer has this number", code="unknownNumber")
    if not sms.reaches(lines[0]):
        raise ApiError(422, "no message reaches this line; use its contact number", code="cannotReceiveSms")


def router(store: Store) -> APIRouter:
    """``POST /oneTimeCode`` and ``POST /oneTimeCode/{id}/verify``."""
    routes = APIRouter()

    @routes.post("/oneTimeCode", status_code=201)
    def post_code(request: CodeRequest, idempotency_key: str | None = Header(None, max_length=255)) -> Document:
        with store.writing() as transaction:
            return create(transaction, request, idempotency_key)

    @routes.post("/oneTimeCode/{identity}/verify")
    def post_try(identity: str, attempt: CodeTry) -> Document:
        with store.writing() as transaction:
            outcome = verify(transaction, identity, attempt.code)
        if isinstance(outcome, ApiError):
            raise outcome
        return outcome

    return routes
