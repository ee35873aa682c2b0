"""TMF653 Service Test: is a line in order? A test takes seconds; whoever started it asks for its result later."""

from dataclasses import dataclass
from typing import Any

from bss.http import call
from bss.shape import characteristic, number, objects, optional, text

SPECIFICATION = "STS-LINE"


@dataclass(frozen=True)
class LineTest:
    """A test of a line. Until it is `done` the rest is empty.

    `diagnosis` is ok, weakSignal, outage, account:<state>, unknownLine or the operator's own; `words` say it to a
    customer; light in dBm, speed in Mbit/s.
    """

    id: str
    done: bool
    passed: bool
    diagnosis: str
    words: str
    optical_dbm: float | None
    mbps: float | None


def start(line: str, *, idempotency_key: str) -> LineTest:
    """Starts a test of a line (`Line.id`). Raises what `call` raises."""
    body = {
        "name": "线路测试",
        "mode": "ONDEMAND",
        "relatedService": {"id": line},
        "testSpecification": {"id": SPECIFICATION},
    }
    return _test(call("653", "POST", "/serviceTest", body=body, idempotency_key=idempotency_key).body)


def result(identity: str) -> LineTest:
    """How a test stands. Raises NotFound, and what `call` raises."""
    return _test(call("653", "GET", f"/serviceTest/{identity}").body)


def _test(entry: Any) -> LineTest:
    measures = {text(item, "metricName"): item for item in objects(optional(entry, "testMeasure") or [])}
    done = text(entry, "state") == "completed"
    return LineTest(
        id=text(entry, "id"),
        done=done,
        passed=done and characteristic(entry, "characteristic", "result") == "pass",
        diagnosis=str(characteristic(entry, "characteristic", "diagnosis") or "") if done else "",
        words=str(optional(entry, "description") or "") if done else "",
        optical_dbm=_value(measures, "opticalPower"),
        mbps=_value(measures, "downloadRate"),
    )


def _value(measures: dict[str, Any], name: str) -> float | None:
    return number(measures[name], "value", "value") if name in measures else None
