"""A WeChat that does as it is told, and a desk that serves one account of it."""

from collections.abc import Iterator

import pytest

from common.settings import settings
from tests.bss.scripted import operator
from tests.desk.channels.wechat.wechat import Customer, Wechat, account
from tests.desk.server import running_desk


@pytest.fixture
def wechat(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wechat]:
    """The API; the settings name one account, "hall"."""
    with operator() as running:
        made = Wechat(running)
        running.script = made.script
        monkeypatch.setenv("WANHAO_WECHAT_ACCOUNTS", account(running.address))
        settings.cache_clear()
        yield made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeChat is answered after a second without the bot's answer."""
    monkeypatch.setenv("WANHAO_WECHAT_SECONDS", "1.0")
    settings.cache_clear()


@pytest.fixture
def customer(wechat: Wechat) -> Iterator[Customer]:
    """Somebody who writes to a running desk."""
    with running_desk() as client:
        yield Customer(client)
