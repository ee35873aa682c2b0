"""The main job through the real processes: every answer is what the operator's systems hold."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.processes.customer import Customer, Operator
from tests.stack import Stack

SHANGHAI = ZoneInfo("Asia/Shanghai")
KINDS = ["basic", "arrears", "suspended", "topup_not_credited", "multi_line", "enterprise"]


def yuan(amount: object) -> str:
    """An amount of the operator's, in yuan, as a customer reads it."""
    return f"{Decimal(str(amount)):,.2f}元"


def masked(number: str) -> str:
    return f"{number[:3]}****{number[-4:]}"


def month_before(months: int = 1) -> datetime:
    """The first day of an earlier month in Shanghai."""
    day = datetime.now(SHANGHAI).replace(day=1)
    for _ in range(months):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def named(month: datetime) -> str:
    return f"{month.year}年{month.month}月"


def bill_of(operator: Operator, number: str, month: datetime) -> dict[str, Any]:
    bills = operator.bills(number)
    return next(bill for bill in bills if bill["billingPeriod"]["startDateTime"].startswith(f"{month:%Y-%m}"))


def test_the_main_job(customer: Customer, operator: Operator) -> None:
    number = operator.number()
    asked = customer.say("帮我查下上个月话费")
    assert "手机号码" in asked.text
    sent = customer.say(number)
    assert masked(number) in sent.text
    assert "验证码已发到" in sent.text
    assert sent.titles == ["重新发送", "换个号码", "用服务密码", "转人工"]
    told = customer.say(operator.code(number))

    bill = bill_of(operator, number, month_before())
    total = yuan(bill["amountDue"]["value"])
    assert told.text == f"{masked(number)}的{named(month_before())}账单是{total}，已结清。"
    assert told.card["amount"] == total
    rates = operator.read("678", "appliedCustomerBillingRate", bill__id=bill["id"])
    assert [(row["label"], row["value"]) for row in told.card["rows"]] == [
        (rate["name"], yuan(rate["taxIncludedAmount"]["value"])) for rate in rates
    ]
    assert sum(Decimal(row["value"].rstrip("元").replace(",", "")) for row in told.card["rows"]) == Decimal(
        total.rstrip("元").replace(",", "")
    )
    assert told.titles == ["话费余额", "剩余流量", "我的套餐", "转人工"]


@pytest.mark.parametrize("kind", KINDS)
def test_six_questions_are_answered_from_the_operators_books(kind: str, customer: Customer, operator: Operator) -> None:
    number = operator.number(kind)
    customer.say("话费余额")
    balance = customer.verify(number)
    sent = len(operator.sms(number))
    _is_the_balance(balance, operator, number)
    _is_the_bill(customer.say("上个月的账单"), operator, number)
    _is_the_usage(customer.say("还剩多少流量"), operator, number)
    _is_the_package(customer.say("我现在用的什么套餐"), operator, number)
    _are_the_points(customer.say("查一下积分"), operator, number)
    _are_the_recharges(customer.say("查充值记录"), operator, number)
    assert len(operator.sms(number)) == sent, "one code is enough for all of them"


def _is_the_balance(told: Any, operator: Operator, number: str) -> None:
    buckets = operator.read("654", "bucket", logicalResource__id=number, usageType="monetary")
    amount = sum(Decimal(str(bucket["remainingValue"]["amount"])) for bucket in buckets)
    state = {item["name"]: item["value"] for item in operator.line(number)["productCharacteristic"]}["accountState"]
    assert told.card["amount"] == yuan(amount)
    if amount >= 0:
        assert told.text == f"{masked(number)}的话费余额是{yuan(amount)}。"
    else:
        assert f"{masked(number)}目前欠费{yuan(-amount)}" in told.text
        assert ("已经停机" in told.text) == (state == "arrears_suspended")


def _is_the_bill(told: Any, operator: Operator, number: str) -> None:
    bill = bill_of(operator, number, month_before())
    total, unpaid = yuan(bill["amountDue"]["value"]), bill["remainingAmount"]["value"]
    end = f"还有{yuan(unpaid)}未缴。" if unpaid else "已结清。"
    assert told.text == f"{masked(number)}的{named(month_before())}账单是{total}，{end}"


def _is_the_usage(told: Any, operator: Operator, number: str) -> None:
    query = {"searchCriteria": {"logicalResource": [{"id": number}]}}
    answer = operator.http.post(f"{operator.BASES['677']}/queryUsageConsumption", json=query).json()
    buckets = [bucket for entry in answer["usageConsumption"] for bucket in entry["bucketRefOrValue"]]
    data = [bucket for bucket in buckets if bucket["usageType"] == "data"]
    left = sum(bucket["remainingValue"]["amount"] for bucket in data)
    shown = f"{left / 1024:.2f}".rstrip("0").rstrip(".") + "GB" if left >= 1024 else f"{left:.0f}MB"
    assert f"{masked(number)}本月流量剩{shown}" in told.text
    assert [row["label"] for row in told.card["rows"]] == [bucket["name"] for bucket in data]


def _is_the_package(told: Any, operator: Operator, number: str) -> None:
    line = operator.line(number)
    found = operator.read("637", "product", productRelationship__product__id=line["id"], status="active")
    fees = {
        product["name"]: yuan(
            sum(
                Decimal(str(price["price"]["taxIncludedAmount"]["value"]))
                for price in product["productPrice"]
                if price["priceType"] == "recurring"
            )
        )
        for product in found
    }
    assert {row["label"]: row["value"] for row in told.card["rows"]} == {
        name: f"{fee}/月" for name, fee in fees.items()
    }
    plan = told.card["rows"][0]["label"]
    assert told.text.startswith(f"{masked(number)}用的是{plan}，每月{fees[plan]}，")


def _are_the_points(told: Any, operator: Operator, number: str) -> None:
    owner = operator.line(number)["relatedParty"][0]["id"]
    lots = operator.read("658", "loyaltyBalance", loyaltyProgramMember__id=owner)
    total = sum(lot["quantity"]["value"] for lot in lots)
    if total:
        assert told.text == f"{masked(number)}有{total:,}积分。"
        assert len(told.card["rows"]) == len(lots)
    else:
        assert told.text == f"{masked(number)}目前没有可用积分。"


def _are_the_recharges(told: Any, operator: Operator, number: str) -> None:
    topups = operator.read("654", "topupBalance", logicalResource__id=number, sort="-requestedDate", limit=6)
    assert [row["value"] for row in told.card["rows"]] == [yuan(topup["amount"]["amount"]) for topup in topups]
    arrived = [topup["status"] == "completed" for topup in topups]
    assert [row["note"] == "已到账" for row in told.card["rows"]] == arrived
    assert ("已到账" in told.text) == arrived[0]
    assert yuan(topups[0]["amount"]["amount"]) in told.text


def test_quick_replies_lead_on_without_another_code(verified: Customer, operator: Operator) -> None:
    assert verified.press("剩余流量").card["kind"] == "usage"
    assert verified.press("我的套餐").card["kind"] == "package"
    assert verified.press("上月账单").card["kind"] == "bill"
    assert verified.press("话费余额").card["kind"] == "balance"
    assert verified.press("充值记录").card["kind"] == "recharges"


def test_several_kinds_of_allowance_in_one_question(verified: Customer) -> None:
    told = verified.say("还剩多少流量和通话")
    assert "流量剩" in told.text
    assert "语音剩" in told.text
    only = verified.say("还剩多少分钟通话")
    assert "语音剩" in only.text
    assert "流量剩" not in only.text


def test_the_number_may_stand_in_the_first_sentence(customer: Customer, operator: Operator) -> None:
    number = operator.number("contract_ending")
    sent = customer.say(f"上个月{number}的账单")
    assert "验证码已发到" in sent.text
    told = customer.say(f"验证码是{operator.code(number)}")
    assert told.card["title"] == f"{named(month_before())}账单"


def test_the_month_survives_the_way_through_identity(customer: Customer, operator: Operator) -> None:
    customer.say(f"{named(month_before(3))}的账单")
    told = customer.verify(operator.number("contract_ending"))
    assert told.card["title"] == f"{named(month_before(3))}账单"


def test_another_number_needs_a_code_of_its_own(verified: Customer, operator: Operator) -> None:
    other = operator.number("arpu_drop")
    before = len(operator.sms(other))
    sent = verified.say(f"查一下{other}的余额")
    assert masked(other) in sent.text
    assert not any(line["card"] for line in sent)
    assert len(operator.sms(other)) == before + 1
    told = verified.say(operator.code(other))
    assert told.text.startswith(masked(other))


def test_after_stopping_a_verification_the_next_request_asks_for_a_number(
    customer: Customer, operator: Operator
) -> None:
    number = operator.number("arpu_drop")
    customer.say(f"查一下{number}的余额")
    assert "没有改动" in customer.say("算了").text
    asked = customer.say("话费余额")
    assert asked.text.endswith("请告诉我您的手机号码、固话号码或宽带账号。")
    assert masked(number) not in asked.text


@pytest.mark.parametrize(
    ("words", "back"), [("上上个月的账单", 2), ("{month}月的账单", 4), ("{year}年{month}月的账单", 5)]
)
def test_month_words(words: str, back: int, verified: Customer) -> None:
    month = month_before(back)
    told = verified.say(words.format(year=month.year, month=month.month))
    assert told.card["title"] == f"{named(month)}账单"


def test_months_without_a_bill_are_explained(verified: Customer) -> None:
    now = datetime.now(SHANGHAI)
    assert f"{now.year}年{now.month}月的账单还没有出" in verified.say("这个月的账单").text
    assert f"{now.year + 1}年3月的账单还没有出" in verified.say(f"{now.year + 1}年3月的账单").text
    old = verified.say("2020年3月的账单")
    assert old.text == f"查不到2020年3月的账单。这里可以查{named(month_before(6))}到{named(month_before(1))}的。"


def test_a_wish_for_a_person_is_stored_with_what_is_known(stack: Stack, verified: Customer) -> None:
    verified.say("上个月的账单")
    said = verified.say("转人工")
    assert "马上为您转人工客服" in said.text
    assert "您可以先留言" in said.text
    assert said.titles == ["留电话回拨", "取消排队"]
    history = verified.history()
    assert history["mode"] == "queued"
    assert history["queue"]["position"] == history["queue"]["ahead"] + 1
    ((state, context),) = _handovers(stack, verified)
    assert state == "queued"
    assert context["topic"] == "query_bill"
    assert "****" in context["verified"]

    kept = verified.say("麻烦快一点，我的账单不对")
    assert kept.titles == ["留电话回拨", "取消排队"]
    assert all(line["role"] == "system" for line in kept), "the bot is silent while a customer waits for a person"
    verified.press("取消排队")
    assert verified.history()["mode"] == "bot"
    assert verified.history()["queue"] is None
    assert [state for state, _ in _handovers(stack, verified)] == ["cancelled"]
    assert verified.say("话费余额").card["kind"] == "balance"


def _handovers(stack: Stack, customer: Customer) -> list[tuple[str, Any]]:
    with sqlite3.connect(f"file:{stack.var / 'wanhao.db'}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT state, context FROM handovers WHERE conversation_id = ? ORDER BY id", (customer.id,)
        ).fetchall()
    return [(state, json.loads(context)) for state, context in rows]


def test_the_queue_is_first_come_first_served(customers: Callable[[], Customer]) -> None:
    first, second = customers(), customers()
    first.say("转人工")
    second.say("我要找人工客服")
    ahead = first.history()["queue"]["position"]
    assert second.history()["queue"]["position"] == ahead + 1
    assert f"您前面还有{ahead}位" in second.history()["queue"]["text"]
    first.say("不等了")
    assert second.history()["queue"]["position"] == ahead
    second.say("取消排队")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("你好", "您好，这里是10000号智能客服"),
        ("谢谢", "不客气"),
        ("再见", "再见"),
        ("菜单", "我可以帮您查这些"),
        ("今天股票涨了吗", "帮不上您"),
        ("算了", "需要时随时找我"),
    ],
)
def test_small_talk(words: str, answer: str, customer: Customer) -> None:
    assert answer in customer.say(words).text


def test_the_last_answer_is_said_again(verified: Customer) -> None:
    told = verified.say("上个月的账单")
    again = verified.say("再说一遍")
    assert again.text == told.text
    assert again.card == told.card
    assert again.titles == told.titles
    verified.press("话费余额")


def test_small_talk_inside_the_identity_check_does_not_lose_it(customer: Customer, operator: Operator) -> None:
    number = operator.number("porting_eligible")
    customer.say("查积分")
    customer.say(number)
    said = customer.say("你好")
    assert said.text.endswith(f"请告诉我{masked(number)}收到的6位验证码。")
    assert "积分" in customer.say(operator.code(number)).text


def test_a_code_is_sent_again(customer: Customer, operator: Operator) -> None:
    number = operator.number("porting_eligible")
    customer.say("话费余额")
    customer.say(number)
    old, before = operator.code(number), len(operator.sms(number))
    assert f"验证码已发到{masked(number)}" in customer.press("重新发送").text
    assert len(operator.sms(number)) == before + 1
    if operator.code(number) != old:
        assert "已经失效" in customer.say(old).text or "验证码不对" in customer.last.text
    assert customer.say(operator.code(number)).card["kind"] == "balance"


def test_the_number_can_be_changed(customer: Customer, operator: Operator) -> None:
    number = operator.number("porting_blocked")
    customer.say("话费余额")
    customer.say(operator.number("porting_eligible"))
    assert "手机号码" in customer.press("换个号码").text
    assert customer.verify(number).text.startswith(masked(number))


def test_five_wrong_codes_make_a_pause(
    customer: Customer, customers: Callable[[], Customer], operator: Operator
) -> None:
    number = operator.number("vas_dispute")
    customer.say("话费余额")
    customer.say(number)
    wrong = f"{(int(operator.code(number)) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1):
        told = customer.say(wrong)
        assert told.text == f"验证码不对，还可以试{left}次，请看一下短信再说一次。"
    paused = customer.say(wrong)
    assert "请15分钟后再试" in paused.text
    assert paused.titles == ["转人工", "菜单"]
    other = customers()
    other.say("话费余额")
    assert "分钟后再试" in other.say(number).text, "the pause holds for the number, not for the conversation"


@pytest.fixture
def moved_clock(operator: Operator) -> Iterator[Operator]:
    """The operator, whose clock is put right afterwards."""
    yield operator
    operator.set_clock(datetime.now(SHANGHAI))


def test_a_late_code_is_refused_and_a_new_one_works(customer: Customer, moved_clock: Operator) -> None:
    number = moved_clock.number("vas_dispute", position=1)
    customer.say("话费余额")
    customer.say(number)
    late = moved_clock.code(number)
    moved_clock.advance("PT6M")
    refused = customer.say(late)
    assert refused.text == "这个验证码已经失效，请点“重新发送”。"
    assert "验证码已发到" in customer.press("重新发送").text
    assert customer.say(moved_clock.code(number)).card["kind"] == "balance"


def test_an_identity_is_worth_nothing_in_another_conversation(
    stack: Stack, verified: Customer, customers: Callable[[], Customer]
) -> None:
    thief = customers()
    thief.say("你好")
    with sqlite3.connect(stack.var / "rasa.db", timeout=10) as database:
        stolen = database.execute(
            "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data) "
            "SELECT ?, type_name, (SELECT MAX(timestamp) FROM events WHERE sender_id = ?), intent_name, action_name, "
            "data FROM events WHERE sender_id = ? AND type_name = 'slot' AND data LIKE '%identity_token%gAAAA%' "
            "ORDER BY id DESC LIMIT 1",
            (thief.id, thief.id, verified.id),
        )
        assert stolen.rowcount == 1
    assert "手机号码" in thief.say("话费余额").text


@pytest.mark.parametrize("kind", ["broadband", "iptv"])
def test_a_line_without_messages_is_proven_through_its_contact_number(
    kind: str, customer: Customer, operator: Operator
) -> None:
    number = operator.number("contract_ending", position=0)
    account = _line_of(operator, number, kind)
    customer.say("我现在用的什么套餐")
    sent = customer.say(account)
    assert sent.text.startswith(f"验证码已发到****{account[-4:]}登记的联系号码{masked(number)}，")
    told = customer.say(operator.code(number))
    _is_the_package_of(told, operator, account)
    assert account not in str(customer.said_by_bot())


def test_the_proven_contact_number_opens_its_broadband_line(customer: Customer, operator: Operator) -> None:
    number = operator.number("contract_ending", position=2)
    account = _line_of(operator, number, "broadband")
    customer.say("话费余额")
    customer.verify(number)
    _is_the_package_of(customer.say(f"{account}用的什么套餐"), operator, account)


def _line_of(operator: Operator, number: str, kind: str) -> str:
    """Another line of the customer who has a number."""
    owner = operator.line(number)["relatedParty"][0]["id"]
    lines = operator.read("637", "product", relatedParty__id=owner, productSpecification__id=f"SPEC-LINE-{kind}")
    return str(lines[0]["productSerialNumber"])


def _is_the_package_of(told: Any, operator: Operator, account: str) -> None:
    found = operator.read(
        "637", "product", productRelationship__product__id=operator.line(account)["id"], status="active"
    )
    assert {row["label"] for row in told.card["rows"]} == {product["name"] for product in found}
    assert told.text.startswith(f"****{account[-4:]}用的是")


def test_a_lost_card_is_proven_by_its_service_password_which_is_forgotten(
    stack: Stack, customer: Customer, operator: Operator
) -> None:
    number = operator.number("suspended", position=3)
    password = number[-6:][::-1]
    customer.say("话费余额")
    asked = customer.say(number)
    assert asked.text == f"{masked(number)}收不到短信，可以用服务密码核实。请告诉我6位服务密码，或者找人工客服。"
    assert asked.titles == ["换个号码", "转人工"]
    assert customer.say("000000").text == "服务密码不对，还可以试4次，请再说一次。"
    assert "收不到短信" in customer.press("用验证码").text
    assert customer.say(" ".join(password)).card["kind"] == "balance"
    assert [line["text"] for line in customer.transcript() if line["role"] == "customer"] == [
        *("话费余额", number, "••••••", "用验证码", "••••••")
    ]
    for file, tables in (("wanhao", ("messages", "turns", "outbox")), ("rasa", ("events",))):
        with sqlite3.connect(f"file:{stack.var / f'{file}.db'}?mode=ro", uri=True) as database:
            for table in tables:
                conversation = "sender_id" if table == "events" else "conversation_id"
                kept = str(
                    database.execute(f"SELECT * FROM {table} WHERE {conversation} = ?", (customer.id,)).fetchall()
                )
                for secret in (password, " ".join(password), "000000"):
                    assert secret not in kept, table


def test_whom_the_code_does_not_reach_chooses_another_way(customer: Customer, operator: Operator) -> None:
    number = operator.number("elderly")
    customer.say("话费余额")
    customer.say(number)
    told = customer.say("手机没信号收不到")
    assert told.titles == ["用服务密码", "换个号码", "转人工"]
    assert customer.press("用服务密码").text == f"请告诉我{masked(number)}的6位服务密码。"
    assert "验证码已发到" in customer.press("用验证码").text
    assert "服务密码" in customer.say("我用服务密码行吗").text
    assert "手机号码" in customer.press("换个号码").text
    customer.say(number)
    customer.press("用服务密码")
    assert customer.say(f"密码是{number[-6:][::-1]}").card["kind"] == "balance"


def test_numbers_and_codes_are_written_down_masked(stack: Stack, customer: Customer, operator: Operator) -> None:
    number = operator.number("do_not_disturb")
    customer.say(f"查一下{number}的余额")
    code = operator.code(number)
    customer.say(code)
    with sqlite3.connect(f"file:{stack.var / 'rasa.db'}?mode=ro", uri=True) as database:
        kept = "\n".join(
            data for (data,) in database.execute("SELECT data FROM events WHERE sender_id = ?", (customer.id,))
        )
    assert masked(number) in kept
    assert number not in kept
    assert code not in kept
    for process in ("desk", "rasa", "actions"):
        assert number not in stack.logs(process)
