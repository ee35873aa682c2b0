import json
from typing import Any

import httpx
import pytest

from bss.errors import ContractBroken
from bss.usage import Allowance, MonthUsage, allowances, history
from common.times import month_of, shanghai_today
from tests.bss import raw
from tests.bss.scripted import Operator, answers, hangs_up, in_turn


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


def test_a_question_whose_answer_was_lost_is_asked_again(scripted: Operator) -> None:
    scripted.script = in_turn(hangs_up, answers(201, b'{"usageConsumption": []}'))

    assert allowances("18900001001") == []
    assert len({seen.headers["idempotency-key"] for seen in scripted.seen}) == 1


def test_the_last_whole_months_come_newest_first(sandbox: httpx.Client) -> None:
    (number,) = raw.numbers(sandbox, "arpu_drop")[:1]

    read = history(number)

    assert [month.month for month in read] == [month_of(shanghai_today(), -ago) for ago in (1, 2, 3)]
    assert read[0].voice_minutes < 0.7 * sum(month.voice_minutes for month in read[1:]) / 2
    assert read[0].data_mb < 0.7 * sum(month.data_mb for month in read[1:]) / 2
    assert history(number, months=1) == read[:1]
    assert history("19900000000") == []


def test_what_the_packages_of_a_month_counted_is_added_up(scripted: Operator) -> None:
    def bucket(kind: str, amount: float) -> dict[str, Any]:
        return {"usageType": kind, "bucketCounter": [{"counterType": "used", "value": {"amount": amount}}]}

    month = {
        "validPeriod": {"startDateTime": "2026-09-30T16:00:00Z"},
        "bucketRefOrValue": [bucket("data", 100.4), bucket("data", 20), bucket("voice", 7), bucket("points", 9)],
    }
    scripted.script = answers(201, json.dumps({"usageConsumption": [month]}).encode())

    assert history("18900001001") == [MonthUsage("2026-10", 120, 7, 0)]


@pytest.mark.parametrize("change", [{"validPeriod": {}}, {"bucketRefOrValue": [{"usageType": "data"}]}])
def test_a_month_in_another_shape_breaks_the_contract(scripted: Operator, change: dict[str, Any]) -> None:
    month = {"validPeriod": {"startDateTime": "2026-09-30T16:00:00Z"}, **change}
    scripted.script = answers(201, json.dumps({"usageConsumption": [month]}).encode())

    with pytest.raises(ContractBroken):
        history("18900001001")


def test_values_of_wrong_types_break_the_contract(sandbox: httpx.Client) -> None:
    sandbox.post("/sandbox/faults", json={"api": "677", "mode": "wrong_type"})

    with pytest.raises(ContractBroken):
        allowances(raw.numbers(sandbox, "basic")[0])
