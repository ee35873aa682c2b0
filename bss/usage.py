"""TMF677 Usage Consumption: this month's allowances and what is used of them."""

from dataclasses import dataclass
from typing import Any

from bss.errors import ContractBroken
from bss.http import call
from bss.shape import member, number, objects, optional, text


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


def allowances(of: str) -> list[Allowance]:
    """The allowances of a mobile number this month. Raises what `call` raises."""
    answer = call(
        "677", "POST", "/queryUsageConsumption", body={"searchCriteria": {"logicalResource": [{"id": of}]}}
    ).body
    return [
        _allowance(bucket)
        for consumption in objects(member(answer, "usageConsumption"))
        for bucket in objects(optional(consumption, "bucketRefOrValue") or [])
    ]


def _allowance(bucket: Any) -> Allowance:
    counters = {
        text(counter, "counterType"): number(counter, "value", "amount")
        for counter in objects(member(bucket, "bucketCounter"))
    }
    if not {"total", "used"} <= counters.keys():
        raise ContractBroken("total and used were promised")
    return Allowance(text(bucket, "usageType"), text(bucket, "name"), counters["total"], counters["used"])
