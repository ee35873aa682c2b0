"""One way to call an operator's system: pooled connections, one deadline a turn, bounded retries, a breaker per API."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import requests
import tenacity
import urllib3
from purgatory import SyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from bss.connections import Limit, limited, session
from bss.errors import BssError, ContractBroken, NotFound, Rejected, Unavailable
from common.settings import settings
from common.times import utc_now

# One slow attempt must leave time for a second one inside the turn's deadline.
ATTEMPT_SECONDS = 1.8
ATTEMPTS = 3
# Nothing is begun with less time than this.
LEAST_SECONDS = 0.05
BODY_BYTES = 4 * 1024 * 1024
BREAKER_FAILURES = 5
BREAKER_SECONDS = 5.0

BASE_PATHS = {
    "620": "/tmf-api/productCatalogManagement/v4",
    "621": "/tmf-api/troubleTicket/v4",
    "622": "/tmf-api/productOrderingManagement/v4",
    "629": "/tmf-api/customerManagement/v4",
    "637": "/tmf-api/productInventory/v4",
    "646": "/tmf-api/appointment/v4",
    "653": "/tmf-api/serviceTestManagement/v4",
    "654": "/tmf-api/prepayBalanceManagement/v4",
    "658": "/tmf-api/loyalty/v4",
    "677": "/tmf-api/usageConsumption/v4",
    "678": "/tmf-api/customerBillManagement/v4",
    "680": "/tmf-api/recommendation/v4",
    "683": "/tmf-api/partyInteraction/v4",
    "invoice": "/operator/v1",
    "otp": "/operator/v1",
    "outage": "/operator/v1",
    "sim": "/operator/v1",
    "sms": "/operator/v1",
}

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
_correlation: ContextVar[str] = ContextVar("correlation", default="-")


@contextmanager
def turn(seconds: float, correlation: str) -> Iterator[None]:
    """All calls inside the block share `seconds` and carry one correlation id."""
    deadline = _deadline.set(time.monotonic() + seconds)
    named = _correlation.set(correlation)
    try:
        yield
    finally:
        _deadline.reset(deadline)
        _correlation.reset(named)


def remaining() -> float:
    """Seconds left of the turn's deadline; a call outside a turn has a deadline of its own."""
    deadline = _deadline.get()
    return settings().turn_seconds if deadline is None else deadline - time.monotonic()


@dataclass(frozen=True)
class Answer:
    """A decoded JSON answer and its `X-Total-Count`, if the system sent one; `at` is the system's own clock."""

    body: Any
    total: int | None
    at: datetime


class _Again(Exception):
    """A failure that an idempotent request may try again."""


@lru_cache(maxsize=1)
def _breakers() -> SyncCircuitBreakerFactory:
    return SyncCircuitBreakerFactory(
        default_threshold=BREAKER_FAILURES, default_ttl=BREAKER_SECONDS, exclude=[NotFound, Rejected]
    )


def call(
    api: str,
    method: str,
    path: str,
    *,
    params: Mapping[str, str | int] | None = None,
    body: Any = None,
    idempotency_key: str | None = None,
) -> Answer:
    """Calls `path` of an API and returns its decoded answer.

    GET, and anything with an idempotency key, is tried up to three times while the turn's deadline lasts.
    Raises NotFound (404), Rejected (other 4xx), Unavailable, or ContractBroken (the answer is no JSON).
    """
    if remaining() <= LEAST_SECONDS:
        # Outside the breaker: that time is up says nothing about this system.
        raise Unavailable(f"{api}: the turn's deadline has passed")
    repeatable = method == "GET" or idempotency_key is not None
    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(ATTEMPTS if repeatable else 1),
        wait=tenacity.wait_random_exponential(multiplier=0.05, max=0.4),
        retry=tenacity.retry_if_exception_type(_Again),
        reraise=True,
    )
    try:
        with _breakers().get_breaker(api):
            try:
                return retrying(_attempt, api, method, path, params, body, idempotency_key)
            except _Again as error:
                raise Unavailable(f"{api}: {error}") from error
    except OpenedState as error:
        raise Unavailable(f"{api}: circuit open") from error


def _attempt(
    api: str,
    method: str,
    path: str,
    params: Mapping[str, str | int] | None,
    body: Any,
    idempotency_key: str | None,
) -> Answer:
    left = remaining()
    if left <= LEAST_SECONDS:
        raise Unavailable(f"{api}: the turn's deadline has passed")
    ends = time.monotonic() + min(left, ATTEMPT_SECONDS)
    base = settings().bss_urls.get(api, settings().bss_url)
    try:
        with (
            limited(ends) as limit,
            session().request(
                method,
                f"{base}{BASE_PATHS[api]}{path}",
                params=params,
                json=body,
                headers=_headers(api, idempotency_key),
                timeout=urllib3.Timeout(total=min(left, ATTEMPT_SECONDS)),  # type: ignore[arg-type]  # requests takes it
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            raw = _read(response, limit)
            status, headers = response.status_code, response.headers
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise _Again(type(error).__name__) from error
    if status >= 500 or status == 408:
        raise _Again(f"status {status}")
    try:
        decoded = json.loads(raw) if raw else None
    except (ValueError, RecursionError) as error:
        raise ContractBroken(f"{api}: the answer is no JSON") from error
    if status >= 400:
        raise _refusal(status, decoded)
    if status >= 300:
        raise ContractBroken(f"{api}: unexpected status {status}")
    total = headers.get("X-Total-Count", "")
    return Answer(decoded, int(total) if total.isdecimal() else None, _clock(headers.get("Date")))


def _clock(date: str | None) -> datetime:
    """The time in a `Date` header; ours where there is none."""
    with suppress(ValueError, TypeError):
        at = parsedate_to_datetime(date or "")
        return at.replace(tzinfo=at.tzinfo or timezone.utc)
    return utc_now()


def _headers(api: str, idempotency_key: str | None) -> dict[str, str]:
    headers = {"Accept": "application/json", "X-Correlation-ID": _correlation.get()}
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    token = settings().bss_tokens.get(api, settings().bss_token)
    if token is not None:
        headers["Authorization"] = f"Bearer {token.get_secret_value()}"
    return headers


def _read(response: requests.Response, limit: Limit) -> bytes:
    parts = bytearray()
    while True:
        part = response.raw.read1(65_536, decode_content=True)
        limit.left()
        if not part:
            return bytes(parts)
        parts += part
        if len(parts) > BODY_BYTES:
            raise requests.RequestException("the body is too large")


def _refusal(status: int, decoded: Any) -> BssError:
    detail = decoded if isinstance(decoded, dict) else {}
    if status == 404:
        return NotFound(str(detail.get("reason", "not found")))
    return Rejected(str(detail.get("code", status)), str(detail.get("reason", "")), detail, status)
