"""Something behind the desk is ill, hung or gone: the customer is told in time, nothing is lost or done twice."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.processes.customer import ANSWER_SECONDS, Customer, Operator, Replies, nothing_leaked, wait_for
from tests.stack import Stack

# Until a circuit breaker lets a try through again, and that try.
BREAKER_SECONDS = 8
# The longest pause between two tries of a turn, and the answer itself.
LATE_SECONDS = 25
UNREACHABLE = "查询系统暂时连不上"
KEPT = "您说的我已经记下"


@pytest.fixture(autouse=True)
def well_again(stack: Stack, operator: Operator) -> Iterator[None]:
    """Whatever a test has hurt runs again when the next one starts."""
    yield
    for name in ("sandbox", "actions", "rasa", "desk"):
        if stack.alive(name):
            stack.kill(name, signal.SIGCONT)
        else:
            stack.restart(name)
    operator.heal()
    stack.wait_ready("desk")


def told_in_time(customer: Customer, replies: Replies, sentence: str) -> None:
    """The last message was answered with this sentence within five seconds, and a person can be reached."""
    assert sentence in replies.text
    assert "转人工" in replies.titles
    assert customer.seconds < ANSWER_SECONDS


def answered(customer: Customer) -> dict[str, Any]:
    """The card that comes when the customer tries again until it does."""
    wait_for(lambda: any(line["card"] for line in customer.press("再试一次")), BREAKER_SECONDS, "the answer")
    return customer.last.card


# The operator's systems


@pytest.mark.parametrize("mode", ["error", "timeout", "malformed", "reset", "wrong_type", "slow_drip"])
def test_the_billing_system_is_ill(mode: str, customer: Customer, operator: Operator) -> None:
    customer.say("话费余额")
    customer.verify(operator.number("topup_not_credited"))
    operator.fault("678", mode)
    first = customer.say("帮我查下上个月话费")
    told_in_time(customer, first, UNREACHABLE)
    assert "不客气" in customer.say("谢谢").text
    told_in_time(customer, customer.press("再试一次", of=first), UNREACHABLE)
    operator.heal()
    assert answered(customer)["kind"] == "bill"


def test_the_other_systems_are_well(customer: Customer, operator: Operator) -> None:
    customer.say("话费余额")
    customer.verify(operator.number("topup_not_credited"))
    operator.fault("678", "error")
    told_in_time(customer, customer.say("上个月的账单"), UNREACHABLE)
    assert customer.say("话费余额").card["kind"] == "balance"
    assert customer.say("还剩多少流量").card["kind"] == "usage"


def test_to_try_again_may_be_typed(customer: Customer, operator: Operator) -> None:
    customer.say("话费余额")
    customer.verify(operator.number("topup_not_credited"))
    operator.fault("677", "error")
    told_in_time(customer, customer.say("还剩多少流量"), UNREACHABLE)
    operator.heal()
    assert customer.say("再试一次").card["kind"] == "usage"


def test_the_code_was_sent_but_the_answer_lost(customer: Customer, operator: Operator) -> None:
    number = operator.number("repeat_fault")
    before = len(operator.sms(number))
    customer.say("话费余额")
    operator.fault("otp", "reset", after=True)
    told_in_time(customer, customer.say(number), UNREACHABLE)
    assert len(operator.sms(number)) == before + 1, "tries of one turn carry one key"
    operator.heal()
    customer.press("再试一次")
    assert customer.verify(number).card["kind"] == "balance"


def test_the_operator_is_gone(stack: Stack, customer: Customer, operator: Operator) -> None:
    customer.say("话费余额")
    customer.verify(operator.number("contract_ending"))
    stack.kill("sandbox")
    told_in_time(customer, customer.say("上个月的账单"), UNREACHABLE)
    assert "不客气" in customer.say("谢谢").text
    told_in_time(customer, customer.say("上个月的账单"), UNREACHABLE)
    stack.restart("sandbox")
    assert answered(customer)["kind"] == "bill"


def test_the_operator_hangs(stack: Stack, customer: Customer, operator: Operator) -> None:
    customer.say("话费余额")
    customer.verify(operator.number("contract_ending"))
    stack.kill("sandbox", signal.SIGSTOP)
    told_in_time(customer, customer.say("上个月的账单"), UNREACHABLE)
    stack.kill("sandbox", signal.SIGCONT)
    assert answered(customer)["kind"] == "bill"


# The bot


@contextmanager
def down(stack: Stack, name: str, number: signal.Signals) -> Iterator[None]:
    """A process that is killed or stopped, and back at the end of the block."""
    stack.kill(name, number)
    yield
    if number == signal.SIGSTOP:
        stack.kill(name, signal.SIGCONT)
        stack.wait_ready(name)
    else:
        stack.restart(name)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
@pytest.mark.parametrize("name", ["actions", "rasa"])
def test_half_of_the_bot_is_down(
    name: str, number: signal.Signals, stack: Stack, customers: Callable[[], Customer], operator: Operator
) -> None:
    waiting, leaving, typing = customers(), customers(), customers()
    phone = operator.number("porting_blocked")
    waiting.say("话费余额")
    before = len(operator.sms(phone))
    with down(stack, name, number):
        with ThreadPoolExecutor(2) as pool:
            kept, other = pool.map(lambda said: said[0].say(said[1]), [(waiting, phone), (leaving, "查积分")])
        told_in_time(waiting, kept, KEPT)
        told_in_time(leaving, other, KEPT)
        assert "马上为您转人工客服" in leaving.press("转人工").text
        assert leaving.seconds < ANSWER_SECONDS
        assert leaving.history()["mode"] == "queued"
        assert "马上为您转人工客服" in typing.say("我要找人工").text
        assert typing.seconds < ANSWER_SECONDS
        assert typing.history()["mode"] == "queued"
    late = wait_for(lambda: waiting.history(4)["messages"], LATE_SECONDS, "the late answer")
    assert [line["role"] for line in late] == ["bot", "bot"]
    assert "让您久等了" in late[0]["text"]
    assert "验证码已发到" in late[1]["text"]
    nothing_leaked(late)
    time.sleep(2)
    assert len(waiting.transcript()) == 6, "the answer came once"
    assert len(operator.sms(phone)) == before + 1, "one code was sent"
    assert waiting.say(operator.code(phone)).card["kind"] == "balance"
    for customer in (leaving, typing):
        customer.say("取消排队")


def test_messages_to_a_hung_bot_are_each_answered_in_time_and_later_in_order(
    stack: Stack, customer: Customer, operator: Operator
) -> None:
    phone = operator.number("multi_line")
    customer.say("话费余额")
    with down(stack, "rasa", signal.SIGSTOP):
        for words in (phone, "谢谢", "你好"):
            told_in_time(customer, customer.say(words), KEPT)
    wait_for(lambda: "您好" in customer.said_by_bot()[-2], LATE_SECONDS, "the last late answer")
    answers = "\n".join(customer.said_by_bot())
    assert answers.count(KEPT) == 3
    assert answers.index("验证码已发到") < answers.index("不客气") < answers.index("您好")
    assert answers.count("让您久等了") == 3


@pytest.mark.parametrize("name", ["actions", "rasa"])
def test_half_of_the_bot_dies_in_the_middle_of_a_turn(
    name: str, stack: Stack, customer: Customer, operator: Operator
) -> None:
    phone = operator.number("porting_eligible")
    before = len(operator.sms(phone))
    customer.say("话费余额")
    # The code is sent at once, the answer about it never comes: in this moment the process dies.
    operator.fault("otp", "timeout", after=True)
    with ThreadPoolExecutor(1) as pool:
        saying = pool.submit(customer.say, phone)
        wait_for(lambda: len(operator.sms(phone)) == before + 1, 3, "the code")
        stack.kill(name)
        told_in_time(customer, saying.result(), KEPT)
    operator.heal()
    stack.restart(name)
    late = wait_for(lambda: customer.history(4)["messages"], LATE_SECONDS, "the late answer")
    assert "验证码已发到" in late[-1]["text"]
    time.sleep(2)
    assert len(customer.transcript()) == 6, "the answer came once"
    assert len(operator.sms(phone)) == before + 1, "no second code was sent"
    assert customer.say(operator.code(phone)).card["kind"] == "balance"


# The desk


def test_the_desk_dies_in_the_middle_of_a_turn(stack: Stack, customer: Customer, operator: Operator) -> None:
    phone = operator.number("arpu_drop")
    before = len(operator.sms(phone))
    customer.say("话费余额")
    operator.fault("otp", "slow_drip")
    lost: list[Exception] = []

    def say() -> None:
        try:
            customer.say(phone, client_id="cut off")
        except httpx.HTTPError as error:
            lost.append(error)

    saying = threading.Thread(target=say)
    saying.start()
    wait_for(lambda: len(operator.sms(phone)) == before + 1, 3, "the code")
    stack.kill("desk")
    saying.join()
    assert lost
    operator.heal()
    stack.restart("desk")
    again = customer.say(phone, client_id="cut off")
    assert customer.seconds < ANSWER_SECONDS
    assert "验证码已发到" in again.text or UNREACHABLE in again.text
    own = [line for line in customer.transcript() if line["role"] == "customer"]
    assert [line["text"] for line in own] == ["话费余额", phone]
    assert customer.say(phone, client_id="cut off") == again
    time.sleep(2)
    assert customer.transcript()[-1] == again[-1], "the answer came once"
    assert len(operator.sms(phone)) == before + 1, "no second code was sent"


def test_the_desk_hangs_for_a_moment(stack: Stack, customer: Customer) -> None:
    with ThreadPoolExecutor(1) as pool:
        stack.kill("desk", signal.SIGSTOP)
        saying = pool.submit(customer.say, "你好")
        time.sleep(2)
        stack.kill("desk", signal.SIGCONT)
        assert "您好" in saying.result().text
    assert len(customer.transcript()) == 2


@pytest.mark.parametrize(("name", "check"), [("rasa", "rasa"), ("actions", "actions")])
def test_the_desk_says_that_it_is_not_ready(name: str, check: str, stack: Stack) -> None:
    with down(stack, name, signal.SIGSTOP):
        response = httpx.get(f"{stack.desk}/readyz", trust_env=False, timeout=10)
        assert response.status_code == 503
        assert response.json()["checks"][check] is False
        assert httpx.get(f"{stack.desk}/healthz", trust_env=False).status_code == 200
