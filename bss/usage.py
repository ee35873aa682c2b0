"""TMF677 Usage Consumption: this month's allowances and what is used of them, and what earlier months used."""

import uuid
from dataclasses import dataclass
from typing import Any

from bss.errors import ContractBroken
from bss.http import call
from bss.shape import member, moment, number, objects, optional, text
from common.times import month_of, shanghai_today


@dataclass(frozen=True)
class Allowance:
    """One allowance: `kind` is data (amounts in MB), voice (minutes) or sms (messages)."""

    kind: str
    name: str
    total: float
    used: float

    @property
    def remaining(self) -> float:
        """What is left, never below zero."""
        return max(0.0, self.total - self.used)


@dataclass(frozen=True)
class MonthUsage:
    """What a number used in a month (`YYYY-MM`), within and beyond its allowances."""

    month: str
    data_mb: int
    voice_minutes: int
    sms: int


def allowances(of: str) -> list[Allowance]:
    """The allowances of a mobile number this month. Raises what `call` raises."""
    return [
        _allowance(bucket)
        for consumption in _query({"logicalResource": [{"id": of}]})
        for bucket in objects(optional(consumption, "bucketRefOrValue") or [])
    ]


def history(of: str, months: int = 3) -> list[MonthUsage]:
    """What a mobile number used in the last whole months, newest first; fewer where the operator knows no more.

    Raises what `call` raises.
    """
    today = shanghai_today()
    period = {
        "startDateTime": f"{month_of(today, -months)}-01T00:00:00+08:00",
        "endDateTime": f"{month_of(today)}-01T00:00:00+08:00",
    }
    found = [_month(entry) for entry in _query({"logicalResource": [{"id": of}], "validPeriod": period})]
    return sorted(found, key=lambda month: month.month, reverse=True)[:months]


def _query(criteria: dict[str, Any]) -> list[dict[str, Any]]:
    # It asks and changes nothing: a key of its own lets it be tried again.
    key = uuid.uuid4().hex
    answer = call("677", "POST", "/queryUsageConsumption", body={"searchCriteria": criteria}, idempotency_key=key).body
    return objects(member(answer, "usageConsumption"))


def _month(consumption: Any) -> MonthUsage:
    used = dict.fromkeys(("data", "voice", "sms"), 0.0)
    for bucket in objects(optional(consumption, "bucketRefOrValue") or []):
        kind = text(bucket, "usageType")
        if kind in used:
            used[kind] += _counters(bucket, "used")["used"]
    return MonthUsage(
        month=f"{moment(consumption, 'validPeriod', 'startDateTime'):%Y-%m}",
        data_mb=round(used["data"]),
        voice_minutes=round(used["voice"]),
        sms=round(used["sms"]),
    )


def _allowance(bucket: Any) -> Allowance:
    counters = _counters(bucket, "total", "used")
    return Allowance(text(bucket, "usageType"), text(bucket, "name"), counters["total"], counters["used"])


def _counters(bucket: Any, *promised: str) -> dict[str, float]:
    counters = {
        text(counter, "counterType"): number(counter, "value", "amount")
        for counter in objects(member(bucket, "bucketCounter"))
    }
    if not set(promised) <= counters.keys():
        raise ContractBroken(f"{' and '.join(promised)} were promised")
    return counters
