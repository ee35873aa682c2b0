import httpx
import pytest

from actions.usage import ActionQueryUsage, amount_label, summary
from bss.usage import Allowance
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw


async def ask(number: str, **entities: str) -> Turn:
    return await run(ActionQueryUsage(), tracker(intent="query_usage", entities=entities, slots=verified(number)))


@pytest.mark.parametrize(
    ("kind", "amount", "label"),
    [
        ("data", 12646.4, "12.35GB"),
        ("data", 1024, "1GB"),
        ("data", 10240, "10GB"),
        ("data", 1536, "1.5GB"),
        ("data", 300, "300MB"),
        ("data", 0, "0MB"),
        ("voice", 120, "120分钟"),
        ("sms", 50, "50条"),
        ("other", 5, "5"),
    ],
)
def test_an_amount_is_said_in_its_unit(kind: str, amount: float, label: str) -> None:
    assert amount_label(kind, amount) == label


def test_what_remains_is_added_up_by_kind() -> None:
    allowances = [
        Allowance("voice", "通话", 100, 40),
        Allowance("data", "国内流量", 10240, 0),
        Allowance("data", "加油包", 1024, 2048),
    ]

    assert summary(allowances) == "流量剩10GB，语音剩60分钟"


async def test_all_allowances_are_told(sandbox: httpx.Client, number: str) -> None:
    buckets = raw.consumption(sandbox, number)

    turn = await ask(number)

    assert [row["label"] for row in turn.card["rows"]] == [bucket["name"] for bucket in buckets]
    assert all(0 <= row["ratio"] <= 1 for row in turn.card["rows"])


async def test_only_the_kind_that_was_asked_for_is_told(number: str) -> None:
    whole, part = await ask(number), await ask(number, usage_type="data")

    assert 0 < len(part.card["rows"]) < len(whole.card["rows"])
    assert "流量" in part.text
    assert "语音" not in part.text


async def test_a_line_without_allowances_says_so(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.usage.usage.allowances", lambda number: [])

    assert (await ask(number)).responses == ["utter_usage_none"]


async def test_an_unlimited_allowance_has_no_bar(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.usage.usage.allowances", lambda number: [Allowance("data", "不限量", 0, 500)])

    assert (await ask(number)).card["rows"][0]["ratio"] is None
