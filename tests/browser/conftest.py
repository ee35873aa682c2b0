"""A real Chromium over the running product; a page may not fail in silence."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.agent_page import AgentPage
from tests.browser.customer_page import CustomerPage
from tests.browser.tab import Tab
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
def open_tab(chromium: Browser, stack: Stack) -> Iterator[Callable[..., Any]]:
    """Opens a tab of a kind in a browser of its own, with Playwright's options; its complaints fail the test."""
    with ExitStack() as opened:

        def open_one(kind: Callable[[BrowserContext], Tab], **options: Any) -> Tab:
            context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
            opened.callback(context.close)
            tabs.append(kind(context))
            return tabs[-1]

        tabs: list[Tab] = []
        yield open_one
        for tab in tabs:
            assert tab.complaints == []
            assert tab.strangers == [], "the page asks no other host"


@pytest.fixture
def open_page(open_tab: Callable[..., Any], stack: Stack, operator: Operator) -> Callable[..., CustomerPage]:
    """Opens the customer page as somebody new."""

    def open_one(**options: Any) -> CustomerPage:
        page: CustomerPage = open_tab(lambda context: CustomerPage(context, stack.desk, operator), **options)
        page.open()
        return page

    return open_one


@pytest.fixture
def sign_in(open_tab: Callable[..., Any], stack: Stack) -> Callable[..., AgentPage]:
    """Opens the workbench and signs somebody of the demonstration in."""

    def sign_in_one(login: str, **options: Any) -> AgentPage:
        size = {"viewport": {"width": 1280, "height": 720}}
        page: AgentPage = open_tab(lambda context: AgentPage(context, stack.desk), **size | options)
        page.sign_in(login)
        return page

    return sign_in_one


@pytest.fixture
def page(open_page: Callable[..., CustomerPage]) -> CustomerPage:
    """The page on a laptop, the demonstration phone beside it."""
    return open_page(viewport={"width": 1280, "height": 800})
