import json
from typing import Any

import httpx
import pytest

from bss.errors import ContractBroken
from bss.usage import Allowance, allowances
from tests.bss import raw
from tests.bss.scripted import Operator, answers


def counted(bucket: dict[str, Any], kind: str) -> float:
    (amount,) = (counter["value"]["amount"] for counter in bucket["bucketCounter"] if counter["counterType"] == kind)
    return float(amount)


@pytest.mark.parametrize("tag", ["basic", "multi_line", "elderly"])
def test_allowances_are_what_the_meters_say(sandbox: httpx.Client, tag: str) -> None:
    for number in raw.numbers(sandbox, tag)[:2]:
        body = {"searchCriteria": {"logicalResource": [{"id": number}]}}
        told = sandbox.post(raw.PATHS["677"] + "queryUsageConsumption", json=body).json()
        buckets = [bucket for consumption in told["usageConsumption"] for bucket in consumption["bucketRefOrValue"]]
        assert buckets

        read = allowances(number)

        assert [(a.kind, a.name, a.total, a.used, a.remaining) for a in read] == [
            (
                bucket["usageType"],
                bucket["name"],
                counted(bucket, "total"),
                counted(bucket, "used"),
                counted(bucket, "remaining"),
            )
            for bucket in buckets
        ]


def test_a_number_without_packages_has_none(sandbox: httpx.Client) -> None:
    assert allowances("19900000000") == []


def test_more_used_than_there_was_leaves_nothing() -> None:
    assert Allowance("data", "国内流量", 100, 130).remaining == 0


@pytest.mark.parametrize(
    "bucket",
    [
        5,
        {},
        {"bucketCounter": 5},
        {"bucketCounter": [{"counterType": "total", "value": {"amount": 5}}]},
        {"bucketCounter": [{"counterType": kind, "value": {"amount": "much"}} for kind in ("total", "used")]},
        {"bucketCounter": [{"counterType": kind, "value": {"amount": 5}} for kind in ("total", "used")]},
    ],
)
def test_an_allowance_in_another_shape_breaks_the_contract(scripted: Operator, bucket: object) -> None:
    body = {"usageConsumption": [{"bucketRefOrValue": [bucket]}]}
    scripted.script = answers(201, json.dumps(body).encode())

    with pytest.raises(ContractBroken):
        allowances("18900001001")


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    sandbox.post("/sandbox/faults", json={"api": "677", "mode": "wrong_type"})

    with pytest.raises(ContractBroken):
        allowances(raw.numbers(sandbox, "basic")[0])
