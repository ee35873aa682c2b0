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

from deploy import editor_pictures, workbench_pictures
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
        workbench_pictures.take(browser, stack, operator, _shoot)
        editor_pictures.take(browser, stack, _shoot)
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
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    page = context.new_page()
    page.goto(desk)
    expect(page.get_by_test_id("mode")).to_contain_text("在线")
    yield page
    context.close()


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
