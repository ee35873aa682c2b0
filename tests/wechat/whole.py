"""The whole product behind a simulated WeChat: every process is real."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stack import Stack
from tests.wechat.account import settings_of
from tests.wechat.platform import Platform


@contextmanager
def whole_product(folder: Path, platform: Platform, **given: str) -> Iterator[Stack]:
    """The running stack with one account; `given` are further settings."""
    stack = Stack(folder)
    stack.env |= {"WANHAO_WECHAT_ACCOUNTS": settings_of(hall=platform.account.setting(platform.address)), **given}
    platform.desk = f"{stack.desk}/wechat/hall"
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        platform.close()
