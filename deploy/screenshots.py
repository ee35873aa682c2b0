"""``make screenshots``: starts the product, uses its pages as customers and staff do, and writes docs/images/*.png.

Needs Chromium (the variable CHROMIUM names it where it is not on PATH) and the development packages.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.steps import ROOT, say
from tests.processes.customer import Operator
from tests.stack import running_stack

IMAGES = ROOT / "docs" / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
MOBILE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def main() -> int:
    """Writes all pictures. Exit code 1 and a sentence without Chromium."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        print("Chromium was not found: install it, or name it in the variable CHROMIUM.", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder) / "var") as stack,
        Operator(stack.sandbox) as operator,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        _workbench(browser, stack.desk, operator)
        with _page(browser, stack.desk, DESKTOP) as page:
            _bill(page, operator)
            _shoot(page, "customer-desktop")
            _queue(page)
            _shoot(page, "customer-queue")
        with _page(browser, stack.desk, MOBILE) as page:
            _usage(page, operator)
            _shoot(page, "customer-mobile")
        with _page(browser, stack.desk, MOBILE) as page:
            _fault(page, operator)
            _shoot(page, "customer-fault")
        browser.close()
    return 0


@contextmanager
def _page(browser: Browser, desk: str, options: Mapping[str, Any]) -> Iterator[Page]:
    with _tab(browser, options) as page:
        page.goto(desk)
        expect(page.get_by_test_id("mode")).to_contain_text("在线")
        yield page


@contextmanager
def _tab(browser: Browser, options: Mapping[str, Any]) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    yield context.new_page()
    context.close()


def _workbench(browser: Browser, desk: str, operator: Operator) -> None:
    """A customer who wants to leave, the agent who takes over, and the supervisor."""
    size = {"viewport": {"width": 1280, "height": 720}}
    with _tab(browser, size) as agent, _tab(browser, size) as lead, _page(browser, desk, DESKTOP) as customer:
        _sign_in(agent, desk, "demo.agent2")
        _sign_in(lead, desk, "demo.supervisor")
        agent.get_by_test_id("presence-ready").click()
        number = operator.number("arpu_drop")
        _ask(customer, "我要销户", "手机号码")
        _ask(customer, number, "验证码已发到")
        _ask(customer, operator.code(number), "方便说说原因吗")
        _ask(customer, "太贵了", "要看看吗")
        _ask(customer, "转人工", "排在第一位")
        agent.locator('[data-testid^="accept-"]').first.click()
        agent.get_by_test_id("composer").fill("您好，您的情况我看到了，我先帮您看看有没有更合适的套餐。")
        agent.get_by_test_id("composer").press("Enter")
        _ask(customer, "你们套餐太贵了，我想换便宜的", "你们套餐太贵了")
        expect(agent.get_by_test_id("suggestion-0")).to_be_visible()
        _shoot(agent, "agent-desk")
        _shoot(customer, "customer-agent")
        agent.get_by_test_id("tab-offers").click()
        expect(agent.locator('[data-testid$="-propose"]').first).to_be_visible()
        _shoot(agent, "agent-offers")
        lead.get_by_test_id("nav-board").click()
        _shoot(lead, "agent-board")
        agent.get_by_test_id("close").click()
        _shoot(agent, "agent-wrapup")


def _sign_in(page: Page, desk: str, login: str) -> None:
    page.goto(f"{desk}/agent")
    page.get_by_test_id(f"demo-{login}").click()
    expect(page.get_by_test_id("login-form")).to_have_count(0)


def _bill(page: Page, operator: Operator) -> None:
    number = operator.number("basic", 0)
    page.locator(f'[data-number="{number}"]').click()
    page.get_by_test_id("composer").fill("")
    _ask(page, "帮我查下上个月话费", "手机号码")
    page.get_by_test_id("demo-fill-number").click()
    page.get_by_test_id("composer").press("Enter")
    _reads(page, "验证码已发到")
    page.get_by_test_id("demo-fill-code").last.click()
    page.get_by_test_id("composer").press("Enter")
    _reads(page, "账单是")


def _queue(page: Page) -> None:
    _ask(page, "账单里有一笔我不明白，转人工", "转人工客服")
    expect(page.get_by_test_id("queue")).to_be_visible()


def _usage(page: Page, operator: Operator) -> None:
    number = operator.number("basic", 1)
    _ask(page, "我还剩多少流量和通话", "手机号码")
    _ask(page, number, "验证码已发到")
    _ask(page, operator.code(number), "本月")


def _fault(page: Page, operator: Operator) -> None:
    number = operator.number("repeat_fault", 0)
    _ask(page, "我家宽带老掉线，光猫亮红灯", "手机号码")
    _ask(page, number, "验证码已发到")
    _ask(page, operator.code(number), "正在检测")
    _reads(page, "检测结果")  # comes by itself
    page.get_by_role("button", name="登记报修").last.click()
    _reads(page, "什么时候上门")


def _ask(page: Page, text: str, answer: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")
    _reads(page, answer)


def _reads(page: Page, answer: str) -> None:
    expect(page.get_by_test_id("message").filter(has_text=answer).last).to_be_visible(timeout=20_000)


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(1200)  # until everything has slid into its place
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    say(f"{path.relative_to(ROOT)}, {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
