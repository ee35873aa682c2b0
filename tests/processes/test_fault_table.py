"""Each operator API that a journey uses under each kind of fault: an honest sentence in time, nothing lost or twice."""

from collections.abc import Iterator

import pytest

from tests.processes.customer import ANSWER_SECONDS, Customer, Operator, wait_for

MODES = ("error", "timeout", "malformed", "reset", "wrong_type", "slow_drip")
# API: what a verified customer asks for that needs it.
QUESTIONS = {
    "637": "我现在用的什么套餐",
    "654": "话费余额还有多少",
    "658": "我有多少积分",
    "677": "还剩多少流量",
    "678": "上个月的账单",
    "621": "我的工单处理到哪了",
}
UNREACHABLE = "系统暂时连不上"
# Several pauses of the outbox, and the worker's own try.
SENT_LATER_SECONDS = 60
TITLE = "投诉网络质量"


@pytest.fixture(autouse=True)
def well_again(operator: Operator) -> Iterator[None]:
    """No fault outlives its test."""
    yield
    operator.heal()


@pytest.mark.parametrize("mode", MODES)
def test_each_question_is_answered_honestly(mode: str, customer: Customer, operator: Operator) -> None:
    customer.say("话费余额")
    customer.verify(operator.number("repeat_fault"))
    for api, question in QUESTIONS.items():
        operator.fault(api, mode)
        replies = customer.say(question)
        assert (api, UNREACHABLE in replies.text) == (api, True)
        assert "转人工" in replies.titles
        assert customer.seconds < ANSWER_SECONDS, api
        operator.heal()
    assert "不客气" in customer.say("谢谢").text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("after", [False, True], ids=["before it acts", "after it has acted"])
def test_a_complaint_is_one_ticket_whatever_happens(
    mode: str, after: bool, customer: Customer, operator: Operator
) -> None:
    number = operator.number("multi_line")
    owner = operator.line(number)["relatedParty"][0]["id"]

    def registered() -> list[str]:
        tickets = operator.http.get(
            "/tmf-api/troubleTicket/v4/troubleTicket", params={"relatedParty.id": owner, "limit": 100}
        ).json()
        return [ticket["id"] for ticket in tickets if ticket["name"] == TITLE]

    # A second complaint while one is open would bring a person.
    for ticket in registered():
        operator.http.patch(f"/tmf-api/troubleTicket/v4/troubleTicket/{ticket}", json={"status": "cancelled"})
    before = len(registered())
    customer.say("话费余额")
    customer.verify(number)
    customer.say("我要投诉你们这边手机网络太差了")
    assert "打" in customer.press("尽快处理").text
    operator.fault("621", mode, after=after)
    told = customer.press("登记投诉")
    assert "已经记下，受理编号" in told.text
    assert customer.seconds < ANSWER_SECONDS
    operator.heal()
    wait_for(lambda: len(registered()) > before, SENT_LATER_SECONDS, "the ticket")
    # The customer is told the operator's number when it exists, and there is no second ticket.
    wait_for(lambda: any(registered()[-1] in text for text in customer.said_by_bot()), SENT_LATER_SECONDS, "the word")
    assert len(registered()) == before + 1
