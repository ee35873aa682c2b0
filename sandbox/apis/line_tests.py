"""TMF653: tests of a line. A test takes a few seconds; its result comes with an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox import resources, times
from sandbox.documents import Document, characteristic
from sandbox.rest import outages
from sandbox.rules import RULES, TIMERS, Rules
from sandbox.store import Transaction

API, KIND = "653", "serviceTest"
DURATION = timedelta(seconds=6)
_RECENT = timedelta(days=30)


@dataclass(frozen=True)
class _Finding:
    """What a test finds: a code for programs, words for people, the light that arrives (dBm), speed in Mbit/s."""

    diagnosis: str
    words: str
    optical_dbm: float
    mbps: int


_UNKNOWN = _Finding("unknownLine", "没有找到这条线路", 0.0, 0)


def _create(transaction: Transaction, test: Document) -> Document:
    now = transaction.now()
    transaction.set_timer(now + DURATION, "test.finish", test["id"])
    test.pop("endDateTime", None)
    test.pop("testMeasure", None)
    return test | {"state": "inProgress", "mode": test.get("mode", "ONDEMAND"), "startDateTime": times.stamp(now)}


def _finish(transaction: Transaction, due: datetime, identity: str) -> None:
    before = transaction.get(API, KIND, identity)
    if before is None or before.get("state") != "inProgress":
        return
    found = _examine(transaction, before["relatedService"]["id"], due)
    moment = times.stamp(due)
    after = before | {
        "state": "completed",
        "endDateTime": moment,
        "description": found.words,
        "characteristic": [
            {"name": "result", "value": "pass" if found.diagnosis == "ok" else "fail"},
            {"name": "diagnosis", "value": found.diagnosis},
        ],
        "testMeasure": [
            _measure("opticalPower", found.optical_dbm, "dBm", moment),
            _measure("downloadRate", found.mbps, "Mbit/s", moment),
        ],
    }
    resources.store_change(transaction, API, KIND, before, after)


def _measure(name: str, value: float, unit: str, moment: str) -> Document:
    return {
        "metricName": name,
        "unitOfMeasure": unit,
        "captureMethod": "probe",
        "captureDateTime": moment,
        "value": {"name": name, "value": value},
    }


def _examine(transaction: Transaction, service: str, now: datetime) -> _Finding:
    """What is the matter with a line, named by its product id or its number."""
    line = transaction.get("637", "product", service)
    if line is None:
        found = transaction.find("637", "product", productSerialNumber=service)
        line = found[0] if found else None
    if line is None or "productSerialNumber" not in line:
        return _UNKNOWN
    state = characteristic(line, "accountState")
    if state != "normal":
        return _Finding(f"account:{state}", "线路已停机，与账户状态有关", -18.5, 0)
    kind, area = characteristic(line, "lineType"), str(characteristic(line, "area"))
    if any(kind in outage["lineTypes"] for outage in outages.current(transaction, area)):
        return _Finding("outage", "所在区域有大面积故障，收不到光信号", -40.0, 0)
    tickets = transaction.find("621", "troubleTicket", relatedEntity_id=line["id"])
    if any(times.parse(ticket["creationDate"]) > now - _RECENT for ticket in tickets):
        return _Finding("weakSignal", "光衰过大，需上门处理", -28.7, 12)
    return _Finding("ok", "线路正常", -18.5, int(characteristic(line, "speedMbps") or 100))


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, KIND] = Rules(prefix="ST", create=_create, state="state")
    RULES[API, "serviceTestSpecification"] = Rules(prefix="STS")
    TIMERS["test.finish"] = _finish
