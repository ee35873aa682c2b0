"""Each operator API that a journey uses under each kind of fault: an honest sentence in time, nothing lost or twice.

680 stands in no journey of the customer's; codes (otp) are broken before anybody is verified.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.processes.customer import ANSWER_SECONDS, Customer, Operator, wait_for

MODES = ("error", "timeout", "malformed", "reset", "wrong_type", "slow_drip", "drip_headers")
UNREACHABLE = "系统暂时连不上"
# So many customers at once as a laptop answers without one waiting for the other.
AT_ONCE = 4
# Several pauses of the outbox, and the worker's own try.
SENT_LATER_SECONDS = 60


@dataclass(frozen=True)
class Row:
    """Who says what (a sentence, or `[a button]`) before an API breaks and after, and what is said then (a pattern)."""

    api: str
    number: str
    after: str
    before: tuple[str, ...] = ()
    honest: str = UNREACHABLE
    verified: bool = True


# Each of these needs the inventory (637) and its own API, so that all can break at once.
LEAVES = (
    Row("620", "18900001001", "帮我订个流量包"),
    Row("621", "13300001016", "我的工单处理到哪了"),
    Row("629", "13300001002", "我是几星客户"),
    Row("654", "17700001003", "话费余额还有多少"),
    Row("658", "18100001004", "我有多少积分"),
    Row("677", "18100001018", "还剩多少流量"),
    Row("678", "19900001035", "上个月的账单"),
    Row("sim", "18000001034", "查一下PUK码"),
    # Where an API only helps, the customer gets on without it.
    Row("653", "18900001036", "我家宽带上不了网", honest="光猫"),
    Row("683", "13300001030", "那个页面字太小了，建议你们改大一点", before=("我有个建议",), honest="没能记下"),
)
OTHERS = (
    Row("outage", "18900001036", "我家宽带上不了网", honest="正在检测|光猫"),
    Row("invoice", "18900001001", "[确认办理]", before=("帮我开上个月的发票",)),
    Row("otp", "17700001003", "17700001003", before=("查话费",), verified=False),
    Row(
        # Their line's test fails, so that its result leads to the same question as not waiting for it.
        "646", "13300001016", "[登记报修]", honest="打电话",
        before=("我家宽带上不了网", "[不等了，直接报修]"),
    ),
)  # fmt: skip
ALONE = (Row("637", "18900001001", "我现在用的什么套餐"),)


@pytest.fixture(autouse=True)
def well_again(operator: Operator) -> Iterator[None]:
    """Nobody is locked out at the start, and no fault outlives its test."""
    operator.reset()
    yield
    operator.heal()


def act(customer: Customer, what: str) -> str:
    """Says a sentence or presses a button; all that is read then."""
    return (customer.press(what[1:-1]) if what.startswith("[") else customer.say(what)).text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rows", [LEAVES, OTHERS, ALONE], ids=["leaves", "others", "inventory"])
def test_each_question_is_answered_honestly(
    rows: tuple[Row, ...], mode: str, customers: Callable[[], Customer], operator: Operator
) -> None:
    def prepared(row: Row) -> Customer:
        customer = customers()
        if row.verified:
            customer.say("话费余额")
            customer.verify(row.number)
        for what in row.before:
            act(customer, what)
        return customer

    def told(row: Row, customer: Customer) -> tuple[str, bool, bool]:
        text = act(customer, row.after)
        return row.api, bool(re.search(row.honest, text)) or text, customer.seconds < ANSWER_SECONDS

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ready = list(pool.map(prepared, rows))
        for row in rows:
            operator.fault(row.api, mode)
        answers = list(pool.map(told, rows, ready))

    assert answers == [(row.api, True, True) for row in rows]
    operator.heal()
    assert "不客气" in ready[0].say("谢谢").text


@dataclass(frozen=True)
class Creation:
    """What is created: how a customer gets to the last word, and how its objects are counted."""

    api: str
    path: str
    number: str
    before: tuple[str, ...]
    press: str


CREATIONS = (
    Creation("621", "troubleTicket", "18900001001", ("我要投诉你们这边手机网络太差了", "[尽快处理]"), "登记投诉"),
    Creation("622", "productOrder", "13300001002", ("给我加10个G流量包",), "确认办理"),
    Creation("654", "topupBalance", "17700001003", ("给17700001003充50块钱话费",), "确认办理"),
    # The points are looked at again before they are taken, so what is down is seen before anything is written.
    Creation("658", "loyaltyEvent", "19900001035", ("我想用500积分换话费",), "确认办理"),
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("after", [False, True], ids=["before it acts", "after it has acted"])
def test_what_is_created_is_created_once_whatever_happens(
    mode: str, after: bool, customers: Callable[[], Customer], operator: Operator
) -> None:
    def made(of: Creation) -> list[str]:
        return [entry["id"] for entry in operator.read(of.api, of.path, limit=1000)]

    def prepared(of: Creation) -> Customer:
        customer = customers()
        customer.say("话费余额")
        customer.verify(of.number)
        for what in of.before:
            act(customer, what)
        return customer

    def pressed(of: Creation, customer: Customer) -> bool:
        text = customer.press(of.press).text
        return ("已经记下" in text or "受理编号" in text or UNREACHABLE in text) and customer.seconds < ANSWER_SECONDS

    known = {of.api: set(made(of)) for of in CREATIONS}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ready = list(pool.map(prepared, CREATIONS))
        for of in CREATIONS:
            operator.fault(of.api, mode, after=after)
        assert list(pool.map(pressed, CREATIONS, ready)) == [True] * len(CREATIONS), [one.last.text for one in ready]
    operator.heal()
    for of, customer in zip(CREATIONS, ready, strict=True):
        if "再试一次" in customer.last.titles:
            customer.press("再试一次")

        def fresh(of: Creation = of) -> set[str]:
            return set(made(of)) - known[of.api]

        (identity,) = wait_for(fresh, SENT_LATER_SECONDS, of.path)
        # The customer is told the operator's number when it exists, and there is no second one.
        told = wait_for(
            lambda: [text for text in customer.said_by_bot() if identity in text],  # noqa: B023
            SENT_LATER_SECONDS,
            f"the word of {identity}",
        )
        assert told
        assert fresh() == {identity}
