"""The fault switch, over real connections."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

import httpx
import pytest
from sandbox_client import Sandbox

BILLS = "/tmf-api/customerBillManagement/v4/customerBill?limit=1"


def _break(sandbox: Sandbox, mode: str, api: str = "678", **more: object) -> None:
    response = sandbox.post("/sandbox/faults", json={"api": api, "mode": mode, "seconds": 3, **more})
    assert response.status_code == 201, response.text


def test_error(sandbox: Sandbox) -> None:
    _break(sandbox, "error")
    response = sandbox.get(BILLS)
    assert (response.status_code, response.json()["code"]) == (500, "internalError")
    assert sandbox.list("654", "bucket", limit=1)


def test_timeout_holds_the_connection(sandbox: Sandbox) -> None:
    _break(sandbox, "timeout")
    start = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        sandbox.get(BILLS, timeout=1)
    assert time.monotonic() - start >= 1


def test_timeout_ends_with_the_fault(sandbox: Sandbox) -> None:
    _break(sandbox, "timeout", seconds=0.5)
    with pytest.raises(httpx.TransportError):
        sandbox.get(BILLS, timeout=10)
    assert sandbox.get(BILLS).status_code == 200


def test_reset(sandbox: Sandbox) -> None:
    _break(sandbox, "reset")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        sandbox.get(BILLS)


def test_malformed(sandbox: Sandbox) -> None:
    _break(sandbox, "malformed")
    response = sandbox.get(BILLS)
    assert response.status_code == 200
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        response.json()


def test_wrong_type(sandbox: Sandbox) -> None:
    _break(sandbox, "wrong_type")
    assert not isinstance(sandbox.get(BILLS).json(), list)


def test_slow_drip(sandbox: Sandbox) -> None:
    _break(sandbox, "slow_drip")
    start = time.monotonic()
    with sandbox.stream("GET", BILLS) as response:
        chunks = response.iter_raw()
        received = next(chunks) + next(chunks)
    assert len(received) < 10
    assert time.monotonic() - start > 0.9


def test_drip_headers_holds_a_client_that_gets_a_byte_a_second(sandbox: Sandbox) -> None:
    _break(sandbox, "drip_headers")
    with socket.create_connection((sandbox.base_url.host, sandbox.base_url.port), timeout=5) as line:
        line.sendall(f"GET {BILLS} HTTP/1.1\r\nHost: sandbox\r\n\r\n".encode())
        start, received = time.monotonic(), b""
        while time.monotonic() - start < 1.5:
            line.settimeout(max(0.01, 1.5 - (time.monotonic() - start)))
            with suppress(TimeoutError):
                received += line.recv(4096)
    assert received.startswith(b"HTTP/1.1 200 \r\n")
    assert 1 <= len(received.partition(b"\r\n")[2]) <= 3


def test_drip_headers_ends_with_the_fault_and_the_answer_is_right(sandbox: Sandbox) -> None:
    right = sandbox.get(BILLS)
    _break(sandbox, "drip_headers", seconds=1.5)
    start = time.monotonic()
    dripped = sandbox.get(BILLS, timeout=5)
    assert time.monotonic() - start > 1
    assert (dripped.status_code, dripped.json()) == (200, right.json())
    assert sandbox.get(BILLS).json() == right.json()


def test_an_effect_can_come_before_the_fault(sandbox: Sandbox) -> None:
    _break(sandbox, "error", api="620", after=True)
    assert sandbox.post(sandbox.path("620", "category"), json={"name": "lost answer"}).status_code == 500
    sandbox.delete("/sandbox/faults")
    assert len(sandbox.list("620", "category", name="lost answer")) == 1


@pytest.mark.parametrize(
    ("api", "path"),
    [
        ("otp", "/operator/v1/oneTimeCode/x/verify"),
        ("sms", "/operator/v1/sms"),
        ("sim", "/operator/v1/simCard/1"),
        ("invoice", "/operator/v1/invoice"),
        ("outage", "/operator/v1/outage"),
    ],
)
def test_operator_resources_break_by_name(sandbox: Sandbox, api: str, path: str) -> None:
    _break(sandbox, "error", api=api)
    assert sandbox.get(path).status_code == 500
    assert sandbox.get("/healthz").status_code == 200


def test_all_spares_the_controls(sandbox: Sandbox) -> None:
    _break(sandbox, "error", api="all")
    assert sandbox.get(BILLS).status_code == 500
    assert sandbox.get("/sandbox/customers").status_code == 200
    assert [fault["api"] for fault in sandbox.get("/sandbox/faults").json()] == ["all"]
    assert sandbox.delete("/sandbox/faults").status_code == 204
    assert sandbox.get(BILLS).status_code == 200


def test_rate_is_a_share(sandbox: Sandbox) -> None:
    _break(sandbox, "error", rate=0.5, seconds=20)
    outcomes = [sandbox.get(BILLS).status_code for _ in range(60)]
    assert 10 < outcomes.count(500) < 50


def test_faults_run_out(sandbox: Sandbox) -> None:
    _break(sandbox, "error", seconds=0.2)
    time.sleep(0.3)
    assert sandbox.get(BILLS).status_code == 200
    assert sandbox.get("/sandbox/faults").json() == []


@pytest.mark.parametrize("change", [{"api": "999"}, {"mode": "explode"}, {"rate": 2}, {"seconds": 0}])
def test_unknown_faults_are_refused(sandbox: Sandbox, change: dict) -> None:
    order = {"api": "678", "mode": "error", **change}
    assert sandbox.post("/sandbox/faults", json=order).status_code == 400
