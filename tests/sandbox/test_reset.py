"""``POST /sandbox/reset``: everything is as it was seeded."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sandbox_client import Sandbox

from sandbox import seed, times

TICKET = {"description": "d", "severity": "major", "ticketType": "fault"}
KINDS = (
    ("629", "customer"), ("637", "product"), ("654", "bucket"), ("678", "customerBill"), ("620", "productOffering"),
    ("621", "troubleTicket"), ("622", "productOrder"),
)  # fmt: skip


def _everything(sandbox: Sandbox) -> dict[str, list[dict]]:
    return {kind: sandbox.list(api, kind, limit=1000) for api, kind in KINDS}


def test_what_changed_is_as_before_whenever_that_is_asked(fresh: Sandbox) -> None:
    fresh.post("/sandbox/reset").raise_for_status()
    before = _everything(fresh)
    for _ in range(2):
        fresh.create("621", "troubleTicket", TICKET)
        fresh.post("/operator/v1/sms", json={"number": "18900001001", "text": "x"}).raise_for_status()
        fresh.advance("P40D")
        fresh.post("/sandbox/faults", json={"api": "621", "mode": "malformed"}).raise_for_status()
        assert fresh.list("678", "customerBill", limit=1000) != before["customerBill"]

        fresh.post("/sandbox/reset").raise_for_status()

        assert _everything(fresh) == before
        assert fresh.get("/sandbox/sms").json() == []
        assert fresh.get("/sandbox/faults").json() == []
        assert fresh.get("/sandbox/clock").json()["offsetSeconds"] == 0
    # What falls due by the clock still does.
    fresh.advance("P40D")
    assert len(fresh.list("678", "customerBill", limit=1000)) > len(before["customerBill"])


@pytest.mark.parametrize(
    ("seeded", "later", "fresh"),
    [
        ("2026-11-26T10:00:00+08:00", timedelta(minutes=59), True),
        ("2026-11-26T10:00:00+08:00", timedelta(minutes=60), False),
        ("2026-11-26T10:00:00+08:00", -timedelta(seconds=1), False),
        ("2026-11-26T23:59:00+08:00", timedelta(minutes=2), False),
    ],
)
def test_only_what_was_seeded_a_short_while_ago_is_put_back(seeded: str, later: timedelta, fresh: bool) -> None:
    at: datetime = times.parse(seeded)
    assert seed._is_fresh(at, at + later) == fresh
