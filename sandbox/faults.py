"""The fault switch: makes one API, or all, misbehave in a chosen way for a while."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import Any, Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.contract import contracts
from sandbox.contract.build import API_NUMBERS
from sandbox.documents import encode
from sandbox.errors import ApiError, rest_body, tmf_body

Mode = Literal["error", "timeout", "malformed", "reset", "wrong_type", "slow_drip", "drip_headers", "duplicate_events"]

# What can be broken, by the beginning of its paths.
_OPERATOR_PATHS = {
    "otp": ("/operator/v1/oneTimeCode", "/operator/v1/servicePassword"),
    "sms": ("/operator/v1/sms",),
    "sim": ("/operator/v1/simCard",),
    "invoice": ("/operator/v1/invoice",),
    "outage": ("/operator/v1/outage",),
}
TARGETS = frozenset({*API_NUMBERS, *_OPERATOR_PATHS, "all"})

_DRIP_SECONDS = 1.0


@dataclass(frozen=True)
class Fault:
    """One fault in force.

    Attributes:
        api: a member of ``TARGETS``.
        mode: what happens.
        rate: the share of requests that it happens to, 0 to 1.
        until: when it ends, on the monotonic clock.
        after: let the request take effect first, so that only the answer is lost.
    """

    api: str
    mode: Mode
    rate: float
    until: float
    after: bool

    def shown(self) -> dict[str, object]:
        """The public form."""
        left = round(self.until - time.monotonic(), 1)
        return {"api": self.api, "mode": self.mode, "rate": self.rate, "secondsLeft": left, "after": self.after}


class FaultSwitch:
    """The faults in force, in memory: a restarted operator is healthy."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._random = random.Random()  # noqa: S311  (chance, not a secret)

    def add(self, api: str, mode: Mode, rate: float, seconds: float, after: bool) -> Fault:
        """Puts a fault in force for some seconds, in place of the one of that API and mode."""
        fault = Fault(api, mode, rate, time.monotonic() + seconds, after)
        with self._lock:
            kept = [other for other in self._faults if (other.api, other.mode) != (api, mode)]
            self._faults = [*kept, fault]
        return fault

    def clear(self) -> None:
        """Ends all faults."""
        with self._lock:
            self._faults = []

    def active(self) -> list[Fault]:
        """The faults that have not run out."""
        with self._lock:
            self._faults = [fault for fault in self._faults if fault.until > time.monotonic()]
            return list(self._faults)

    def strikes(self, api: str) -> Fault | None:
        """The fault that befalls one request to an API, if any; chance decides by its rate."""
        for fault in self.active():
            if fault.mode != "duplicate_events" and self._befalls(fault, api):
                return fault
        return None

    def doubles_events(self, api: str) -> bool:
        """Whether an event of the API is delivered twice."""
        return any(fault.mode == "duplicate_events" and self._befalls(fault, api) for fault in self.active())

    def _befalls(self, fault: Fault, api: str) -> bool:
        return fault.api in {"all", api} and self._random.random() < fault.rate


def _target(path: str) -> str | None:
    for name, beginnings in _OPERATOR_PATHS.items():
        if path.startswith(beginnings):
            return name
    for contract in contracts().values():
        if contract.serves(path):
            return contract.api
    return None


class FaultMiddleware:
    """Stands before the application; without a fault it only passes requests on."""

    def __init__(self, app: ASGIApp, switch: FaultSwitch) -> None:
        self._app = app
        self._switch = switch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        api = _target(scope["path"]) if scope["type"] == "http" else None
        fault = self._switch.strikes(api) if api else None
        if fault is None or api is None:
            await self._app(scope, receive, send)
            return
        if fault.mode in {"malformed", "wrong_type", "slow_drip", "drip_headers"}:
            await self._spoil(fault, scope, receive, send)
            return
        if fault.after:
            await self._app(scope, receive, _discard)
        if fault.mode == "timeout":
            await _hold(receive, fault.until)
        if fault.mode in {"timeout", "reset"}:
            _abort(send)
            return
        error = ApiError(500, "the operator's system has an internal error", code="internalError")
        await _send(send, 500, encode(tmf_body(api, error) if api.isdecimal() else rest_body(error)).encode())

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request be served and spoils what is sent back."""
        status, body = 500, b""

        async def collect(message: Message) -> None:
            nonlocal status, body
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, collect)
        if fault.mode == "malformed":
            await _send(send, status, body[: max(1, len(body) * 2 // 3)] + b'"')
        elif fault.mode == "wrong_type":
            await _send(send, status, encode(_wrong(json.loads(body))).encode() if body else body)
        elif fault.mode == "drip_headers":
            await _drip_headers(receive, send, status, body, fault.until)
        else:
            await _drip(receive, send, status, body, fault.until)


def _wrong(value: Any) -> object:
    """The same JSON with every value of another type."""
    if isinstance(value, list):
        return {"result": [_wrong(item) for item in value]}
    if isinstance(value, dict):
        return {name: _wrong(item) for name, item in value.items()}
    if isinstance(value, str):
        return len(value)
    return [str(value)]


async def _discard(_message: Message) -> None:
    """Swallows an answer."""


async def _hold(receive: Receive, until: float) -> bool:
    """Waits until the moment, or until the client hangs up; returns whether the client is still there."""
    while (left := until - time.monotonic()) > 0:
        try:
            message = await asyncio.wait_for(receive(), left)
        except asyncio.TimeoutError:
            break
        if message["type"] == "http.disconnect":
            return False
    return True


def _abort(send: Send) -> None:
    """Breaks the connection off without an answer."""
    transport = _transport(send)
    # Closing a socket that does not linger sends RST rather than FIN.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _transport(send: Send) -> Any:
    """The connection behind uvicorn's ``send``: what ASGI has no words for is done to it directly."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the fault switch broke this connection")
    return transport


async def _send(send: Send, status: int, body: bytes) -> None:
    await send(_start(status, body))
    await send({"type": "http.response.body", "body": body})


async def _drip(receive: Receive, send: Send, status: int, body: bytes, until: float) -> None:
    """Sends one byte a second while the fault lasts, then the rest."""
    await send(_start(status, body))
    position = 0
    while position < len(body) and time.monotonic() < until:
        await send({"type": "http.response.body", "body": body[position : position + 1], "more_body": True})
        position += 1
        if not await _hold(receive, min(time.monotonic() + _DRIP_SECONDS, until)):
            return
    await send({"type": "http.response.body", "body": body[position:]})


async def _drip_headers(receive: Receive, send: Send, status: int, body: bytes, until: float) -> None:
    """Sends the headers at one byte a second while the fault lasts, then the rest, and closes the connection."""
    transport = _transport(send)
    headers = [*_start(status, body)["headers"], (b"connection", b"close")]
    head = b"".join(b"%s: %s\r\n" % header for header in headers)
    transport.write(b"HTTP/1.1 %d \r\n" % status)
    position = 0
    while position < len(head) and time.monotonic() < until:
        transport.write(head[position : position + 1])
        position += 1
        if not await _hold(receive, min(time.monotonic() + _DRIP_SECONDS, until)):
            return
    transport.write(head[position:] + b"\r\n" + body)
    transport.close()
    # Until the server has noticed, it would answer for an application that said nothing.
    await _hold(receive, time.monotonic() + _DRIP_SECONDS)


def _start(status: int, body: bytes) -> Message:
    headers = [(b"content-type", b"application/json;charset=utf-8"), (b"content-length", str(len(body)).encode())]
    return {"type": "http.response.start", "status": status, "headers": headers}
