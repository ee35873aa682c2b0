"""Why a bill is what it is; the comparison itself needs no server."""

from itertools import pairwise
from typing import Any

import httpx
import pytest

from actions.bill_explain import ActionBillExplain, Context, Difference, differences, next_step, words
from bss.billing import Rate, bills, rates
from bss.catalogue import offering
from bss.inventory import line, subscriptions
from common.money import yuan
from common.times import month_label, month_of, shanghai_today
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw

PLAN = Rate("月基本费", 9900, "5G畅享99元套餐")
CLIP = Rate("增值业务费", 500, "来电显示")
NOTHING = Context({}, None)


def calls(fen: int) -> Rate:
    return Rate("语音通话费", fen, "套餐外国内通话")


def test_what_changed_comes_first_and_the_largest_before_all() -> None:
    ring = Rate("增值业务费", 600, "视频彩铃")

    found = differences([PLAN, CLIP, ring, calls(200)], [PLAN, CLIP, calls(1600)])

    assert [(one.what, one.change) for one in found] == [
        ("套餐外国内通话", -1400), ("视频彩铃", 600), ("5G畅享99元套餐", 0), ("来电显示", 0),
    ]  # fmt: skip


def test_the_differences_add_up_to_that_of_the_bills() -> None:
    after = [PLAN, calls(500), Rate("优惠", -1000, "合约期优惠")]
    before = [PLAN, CLIP, CLIP, calls(700)]

    found = differences(after, before)

    assert sum(one.change for one in found) == sum(r.amount for r in after) - sum(r.amount for r in before)
    assert next(one for one in found if one.what == "来电显示").before == 1000


def test_a_plan_that_took_anothers_place_is_one_line() -> None:
    (only,) = differences([Rate("月基本费", 12900, "5G畅享129元套餐")], [PLAN])

    assert only == Difference("月基本费", "5G畅享129元套餐", 9900, 12900, former="5G畅享99元套餐")
    assert words(only, NOTHING) == "套餐从5G畅享99元套餐换成5G畅享129元套餐，多了30.00元"


def test_bills_that_are_alike_differ_in_nothing() -> None:
    assert [one.change for one in differences([PLAN, CLIP], [CLIP, PLAN])] == [0, 0]


@pytest.mark.parametrize(
    ("after", "before", "said"),
    [
        ([CLIP], [], "新增来电显示5.00元"),
        ([], [CLIP], "没有了来电显示，少了5.00元"),
        ([calls(900)], [calls(400)], "套餐外通话费多了5.00元"),
        ([calls(400)], [calls(900)], "套餐外通话费少了5.00元"),
        ([], [Rate("优惠", -1000, "合约期优惠")], "合约期优惠少减了10.00元"),
        ([Rate("优惠", -1000, "合约期优惠")], [], "合约期优惠多减了10.00元"),
    ],
)  # fmt: skip
def test_a_difference_is_said_in_plain_words(after: list[Rate], before: list[Rate], said: str) -> None:
    (only,) = differences(after, before)

    assert words(only, NOTHING) == said


@pytest.mark.parametrize(
    ("after", "before", "step"),
    [
        ([CLIP, calls(900)], [], "vas"),
        ([calls(900)], [], "voice"),
        ([Rate("流量费", 900, "套餐外国内流量"), calls(100)], [], "data"),
        ([CLIP], [CLIP], "other"),
        ([], [CLIP], "other"),
    ],
)  # fmt: skip
def test_what_is_offered_fits_what_has_grown(after: list[Rate], before: list[Rate], step: str) -> None:
    assert next_step([one for one in differences(after, before) if one.change]) == step


async def ask(number: str, **entities: str) -> Turn:
    on = tracker(intent="query_bill_explain", entities=entities, slots=verified(number))
    return await run(ActionBillExplain(), on)


def account(sandbox: httpx.Client, number: str) -> str:
    return str(raw.product(sandbox, number)["billingAccount"]["id"])


def grown(sandbox: httpx.Client, name: str) -> tuple[str, Any]:
    """A customer in one of whose bills something has grown most, and that bill."""
    for story in sandbox.get("/sandbox/customers").json():
        known = bills(account(sandbox, story["number"]))
        for newer, older in pairwise(known):
            changed = [one for one in differences(rates(newer.id), rates(older.id)) if one.change]
            if next((one.name for one in changed if one.change > 0), None) == name:
                return str(story["number"]), newer
    raise AssertionError(f"nobody's {name} has grown")


async def test_the_newest_bill_is_told_against_the_one_before(sandbox: httpx.Client, number: str) -> None:
    raw.reset(sandbox)
    newest, before = bills(account(sandbox, number))[:2]

    turn = await ask(number)

    change = newest.total - before.total
    more = "多" if change > 0 else "少"
    assert f"{month_label(newest.month)}账单是{yuan(newest.total)}，比{month_label(before.month)}{more}" in turn.text
    assert yuan(abs(change)) in turn.text
    assert {row["value"] for row in turn.card["rows"]} >= {yuan(rate.amount) for rate in rates(newest.id)}


async def test_a_service_that_is_new_in_the_bill_is_told_with_its_day_and_can_be_ended(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = "18100001018"  # 视频彩铃, of which she knows nothing, for two months
    known = bills(account(sandbox, number))
    first = min(bill.month for bill in known if any(rate.description == "视频彩铃" for rate in rates(bill.id)))

    turn = await ask(number, month=first)

    assert "新增视频彩铃6.00元（" in turn.text
    assert "日开通）" in turn.text
    assert [button["title"] for button in turn.said[0]["buttons"]] == ["退订业务", "投诉", "转人工"]


@pytest.mark.parametrize(("name", "unit", "first"), [("语音通话费", "分钟", "推荐套餐"), ("流量费", "GB", "订流量包")])
async def test_what_was_used_beyond_the_allowance_is_told_with_its_price(
    sandbox: httpx.Client, name: str, unit: str, first: str
) -> None:
    raw.reset(sandbox)
    number, bill = grown(sandbox, name)
    amount = sum(rate.amount for rate in rates(bill.id) if rate.name == name)
    plan = next(one for one in subscriptions(line(number)) if one.kind == "plan")
    of = offering(str(plan.offering))
    fee = of.voice_minute_fee if unit == "分钟" else of.data_gb_fee
    assert fee

    turn = await ask(number, month=bill.month)

    beyond = f"{amount / fee:.2f}".rstrip("0").rstrip(".")
    assert f"套餐外用了{beyond}{unit}" in str(turn.card["rows"])
    assert first in [button["title"] for button in turn.said[0]["buttons"]]


async def test_a_month_that_is_not_billed_is_said(number: str) -> None:
    turn = await ask(number, month=month_of(shanghai_today()))

    assert turn.responses == ["utter_bill_not_yet"]


async def test_the_oldest_bill_has_nothing_to_be_held_against(sandbox: httpx.Client, number: str) -> None:
    turn = await ask(number, month=bills(account(sandbox, number))[-1].month)

    assert turn.responses == ["utter_bill_first"]


async def test_bills_that_are_alike_are_said_to_be(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.bill_explain.billing.rates", lambda bill: [PLAN])
    known = bills("A0001")[:1]
    same = [known[0], type(known[0])("B", "2020-01", known[0].total, 0, None)]
    monkeypatch.setattr("actions.bill_explain.billing.bills", lambda account: same)

    turn = await ask(number)

    assert turn.responses == ["utter_bill_same"]
