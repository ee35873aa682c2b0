"""A real Chromium over the running product; a page may not fail in silence."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.customer_page import CustomerPage
from tests.processes.customer import Operator
from tests.stack import Stack

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what drives a browser."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def operator(stack: Stack) -> Iterator[Operator]:
    """The sandbox of the running stack."""
    with Operator(stack.sandbox) as operator:
        yield operator


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium. Not for the whole session: Playwright keeps an event loop running while it is open."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the tests need Chromium: install it, or name it in the variable CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, stack: Stack, operator: Operator) -> Iterator[Callable[..., CustomerPage]]:
    """Opens the customer page as somebody new, with Playwright's context options; its complaints fail the test."""
    with ExitStack() as opened:

        def open_one(**options: Any) -> CustomerPage:
            context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
            opened.callback(context.close)
            page = CustomerPage(context, stack.desk, operator)
            page.open()
            pages.append(page)
            return page

        pages: list[CustomerPage] = []
        yield open_one
        for page in pages:
            assert page.complaints == []
            assert page.strangers == [], "the page asks no other host"


@pytest.fixture
def page(open_page: Callable[..., CustomerPage]) -> CustomerPage:
    """The page on a laptop, the demonstration phone beside it."""
    return open_page(viewport={"width": 1280, "height": 800})
