"""A customer and agents in browsers of their own, over the real processes."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.agent_page import AgentPage
from tests.browser.customer_page import CustomerPage
from tests.browser.tab import ANSWER_MS
from tests.processes.customer import Operator

SignIn = Callable[..., AgentPage]


def orders(operator: Operator, number: str) -> list[dict[str, Any]]:
    """The orders of the customer whose line this is."""
    customer = operator.line(number)["relatedParty"][0]["id"]
    return operator.read("622", "productOrder", **{"relatedParty.id": customer, "limit": 100})


def test_from_the_queue_to_the_score_and_the_bot_again(page: CustomerPage, sign_in: SignIn) -> None:
    agent = sign_in("demo.agent1")
    agent.is_ready()
    page.ask("转人工", "排在第一位")
    agent.accept()
    page.reads("客服林晓为您服务")
    agent.says("您好，请讲")
    page.reads("您好，请讲")
    page.type("我想问一下话费")
    agent.reads("我想问一下话费")
    agent.ends("billing", "solved", "已解释")
    page.heard("打个分")
    page.heard("还有别的要帮您的吗")  # the bot goes on, and the score can still be pressed
    page.messages.filter(has_text="打个分").get_by_role("button", name="5 非常满意").click()
    page.heard("谢谢您的评价")
    page.ask("菜单", "我可以帮您查这些")
    agent.enters("offline")


def test_an_offer_is_confirmed_by_the_customer_and_ordered_at_the_operator(
    page: CustomerPage, sign_in: SignIn, operator: Operator
) -> None:
    number = operator.number("contract_ending")
    agent = sign_in("demo.agent2")
    agent.is_ready()
    page.ask("查话费余额", "手机号码")
    page.verify(number)
    page.reads("余额")
    page.ask("转人工", "排在第一位")
    agent.accept()
    agent.opens("customer")
    expect(agent.by("customer")).to_contain_text(f"{number[:3]}****{number[-4:]}")
    assert number not in agent.tab.content()
    agent.opens("offers")
    offer = agent.offer()
    agent.by(f"offer-{offer}-propose").click()
    page.reads("确认办理")
    before = len(orders(operator, number))
    page.choose("确认办理").click()
    page.heard("订单")
    assert len(orders(operator, number)) == before + 1
    # Beside the offers it stands only until they are looked up anew: then this one is had.
    agent.opens("work")
    confirmed = agent.by("work").locator('[data-testid^="proposal-"][data-state="confirmed"]').first
    expect(confirmed).to_be_visible(timeout=ANSWER_MS)
    agent.ends("package", "order")
    page.reads("打个分")
    agent.enters("offline")


def test_a_chat_is_passed_on_with_a_note(page: CustomerPage, sign_in: SignIn) -> None:
    first, second = sign_in("demo.agent1"), sign_in("demo.agent3")
    first.is_ready()
    page.ask("转人工", "排在第一位")
    first.accept()
    second.is_ready()
    first.passes_on("fault", "客户宽带断了，请接着处理")
    page.reads("宽带固话障碍")
    second.accept()
    second.reads("客户宽带断了，请接着处理")
    second.says("您好，我来处理宽带的问题")
    page.reads("您好，我来处理宽带的问题")
    assert "客户宽带断了" not in "".join(page.messages.all_inner_texts())
    second.ends("fault", "solved")
    for agent in (first, second):
        agent.enters("offline")


def test_a_chat_outlives_the_agents_browser(page: CustomerPage, sign_in: SignIn) -> None:
    agent = sign_in("demo.agent1")
    agent.is_ready()
    page.ask("转人工", "排在第一位")
    handover = agent.accept()
    agent.says("请稍等")
    agent.tab.reload()
    page.type("我还在")
    agent.by(f"chat-{handover}").click()
    agent.reads("我还在")
    agent.says("好的，继续")
    page.reads("好的，继续")
    agent.ends("billing", "solved")
    agent.enters("offline")


def test_a_supervisor_watches_and_whispers(page: CustomerPage, sign_in: SignIn) -> None:
    agent, lead = sign_in("demo.agent1"), sign_in("demo.supervisor")
    agent.is_ready()
    page.ask("转人工", "排在第一位")
    handover = agent.accept()
    lead.by("nav-board").click()
    lead.by(f"watch-{handover}").click()
    page.type("我要退费")
    expect(lead.by("watch")).to_contain_text("我要退费", timeout=ANSWER_MS)
    lead.by("whisper-text").fill("先核实账单")
    lead.by("whisper-send").click()
    agent.reads("先核实账单")
    assert "先核实账单" not in "".join(page.messages.all_inner_texts())
    assert not agent.scrolls_sideways()
    agent.ends("billing", "solved")
    agent.enters("offline")
