"""The pictures of the workbench: a morning in a small centre, then a customer who wants to leave, in three browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.agent_page import AgentPage
from tests.browser.customer_page import CustomerPage
from tests.processes.customer import Customer, Operator, wait_for
from tests.stack import Stack

Shoot = Callable[[Page, str], None]

SIZE = {"width": 1280, "height": 720}
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
# Who was here before: whose number (tag, place), what they say, what they answer to the first offer, why, their score.
MORNING = (
    (("contract_ending", 1), "合约快到期了，想续约", "confirm", "", "5"),
    (("contract_ending", 2), "合约快到期了，套餐太贵", "declined", "price", "2"),
    (("arpu_drop", 0), "你们的套餐太贵了", "confirm", "", "4"),
    (("porting_eligible", 0), "我想转网，别家便宜", "declined", "decided", "3"),
    (("basic", 1), "你们的套餐太贵了", "declined", "no_need", "5"),
    (("repeat_fault", 0), "宽带修了几次都没修好，不想用了", "accepted", "", "4"),
)
# Who comes while that customer is served: whose number, and what for; the first while the agent is ready.
OTHERS = ((("elderly", 0), "查话费余额"), (("basic", 2), "我还剩多少流量"), (("repeat_fault", 1), "我家宽带老掉线"))


def take(browser: Browser, stack: Stack, operator: Operator, shoot: Shoot) -> None:
    """Takes them, each by `shoot` under its name."""
    with ExitStack() as opened:

        def context(**options: Any) -> BrowserContext:
            return opened.enter_context(_context(browser, {"viewport": SIZE, **options}))

        agent, lead = (AgentPage(context(), stack.desk) for _ in range(2))
        agent.tab.goto(f"{stack.desk}/agent")
        expect(agent.by("demo-demo.agent2")).to_be_visible()
        shoot(agent.tab, "agent-login")
        agent.sign_in("demo.agent2")
        agent.is_ready()
        for number, text, outcome, reason, score in MORNING:
            with Customer(stack, operator) as customer:
                _served(agent, customer, operator.number(*number), text, (outcome, reason, score))
        page = CustomerPage(context(**PHONE), stack.desk, operator)
        agent.enters("busy")
        _waits(page, operator.number("arpu_drop", 1))
        shoot(page.tab, "customer-waiting")
        lead.sign_in("demo.supervisor")
        agent.is_ready()
        agent.accept()
        others = [opened.enter_context(Customer(stack, operator)) for _ in OTHERS]
        _comes(others[0], operator.number(*OTHERS[0][0]), OTHERS[0][1])
        _talk(agent, page, shoot)
        agent.enters("busy")
        for customer, (who, text) in zip(others[1:], OTHERS[1:], strict=True):
            _comes(customer, operator.number(*who), text)
        _board(lead, shoot)
        _ordered(agent, page, shoot)
        _judged(lead, shoot)
        for customer in others:  # whoever takes more pictures finds an empty queue
            customer.press("取消排队")


@contextmanager
def _context(browser: Browser, options: dict[str, Any]) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    yield context
    context.close()


def _served(agent: AgentPage, customer: Customer, number: str, text: str, ends: tuple[str, str, str]) -> None:
    """A whole chat by the agents' API, in the agent's own session."""
    outcome, reason, score = ends
    _comes(customer, number, "查话费余额")
    offered = wait_for(lambda: _ask(agent, "desk")["chats"], 10, "a chat is offered")
    chat = f"chats/{offered[0]['handover']}"
    _ask(agent, f"{chat}/accept", {})
    customer.say(text)
    _ask(agent, f"{chat}/messages", {"client_id": "1", "text": "您好，我帮您看看有没有更合适的。"})
    first = _ask(agent, f"{chat}/offers")["offers"][0]["id"]
    if outcome == "confirm":
        _ask(agent, f"{chat}/proposals", {"offer": first})
        asked = wait_for(lambda: [line for line in customer.transcript()[-1:] if line["choices"]], 10, "terms")
        yes = next(choice["id"] for choice in asked[0]["choices"] if choice["title"] == "确认办理")
        customer.post({"client_id": "yes", "choice": yes}).raise_for_status()
    else:
        _ask(agent, f"{chat}/offers/{first}/outcome", {"outcome": outcome, "reason": reason})
    result = {"confirm": "order", "accepted": "ticket"}.get(outcome, "unsolved")
    _ask(agent, f"{chat}/close", {"reason": "package", "result": result, "note": ""})
    wait_for(lambda: "打个分" in customer.transcript()[-1]["text"], 10, "asked for a score")
    customer.say(score)


def _ask(agent: AgentPage, path: str, body: dict[str, Any] | None = None) -> Any:
    """Reads from the agents' API, or changes something by it; nothing where it answers without a body."""
    request = agent.context.request
    url = f"{agent.desk}/api/agent/v1/{path}"
    if body is None:
        answer = request.get(url)
    else:
        csrf = request.get(f"{agent.desk}/api/staff/v1/me").json()["csrf"]
        answer = request.post(url, data=body, headers={"X-CSRF-Token": csrf, "Origin": agent.desk})
    assert answer.ok, f"{path}: {answer.status} {answer.text()}"
    return answer.json() if answer.body() else None


def _waits(page: CustomerPage, number: str) -> None:
    page.open()
    page.ask("我要销户", "手机号码")
    page.verify(number)
    page.reads("是哪一个")
    page.messages.last.get_by_role("button").first.click()
    page.reads("方便说说原因吗")
    page.ask("太贵了", "要看看吗")
    page.ask("转人工", "排在第一位")


def _comes(customer: Customer, number: str, text: str) -> None:
    customer.say(text)
    customer.verify(number)
    customer.say("转人工")


def _talk(agent: AgentPage, page: CustomerPage, shoot: Shoot) -> None:
    agent.says("您好，您的情况我看到了，我帮您看看有没有更划算的办法。")
    page.reads("更划算的办法")
    page.type("每个月话费太贵了，合约到什么时候？提前退要违约金吗？")
    expect(agent.by("suggestion-0")).to_be_visible()
    expect(agent.by("customer")).to_be_visible()
    expect(agent.tab.locator('[data-testid^="offered-"]')).to_contain_text("65+")  # it has been looked up
    shoot(agent.tab, "agent-desk")
    agent.opens("offers")
    agent.offer()
    shoot(agent.tab, "agent-offers")


def _ordered(agent: AgentPage, page: CustomerPage, shoot: Shoot) -> None:
    offer = agent.offer()
    agent.by(f"offer-{offer}-propose").click()
    page.reads("确认办理")
    shoot(page.tab, "customer-agent")
    page.choose("确认办理").click()
    page.heard("订单")
    expect(agent.tab.locator('[data-testid^="proposal-"][data-state="confirmed"]').first).to_be_visible()
    agent.by("close").click()
    agent.by("wrapup-reason").click()
    agent.by("wrapup-reason-leaving").click()
    agent.by("wrapup-result-order").click()
    agent.by("wrapup-note").fill("嫌资费贵想销户，客户确认办理了优惠，继续使用。")
    shoot(agent.tab, "agent-wrapup")
    agent.by("wrapup-submit").click()
    page.heard("打个分")
    page.heard("还有别的要帮您的吗")
    shoot(page.tab, "customer-survey")


def _board(lead: AgentPage, shoot: Shoot) -> None:
    lead.by("nav-board").click()
    expect(lead.by("board")).to_be_visible()
    shoot(lead.tab, "agent-board")


def _judged(lead: AgentPage, shoot: Shoot) -> None:
    lead.by("nav-quality").click()
    lead.tab.locator('[data-testid^="review-"]').first.click()
    expect(lead.by("review")).to_be_visible()
    shoot(lead.tab, "agent-quality")
    lead.tab.keyboard.press("Escape")
    lead.by("nav-reports").click()
    expect(lead.by("reports")).to_be_visible()
    shoot(lead.tab, "agent-report")
