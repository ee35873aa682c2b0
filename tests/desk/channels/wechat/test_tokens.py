import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from common.database import reading, transaction
from common.times import utc_now
from desk.channels.wechat import tokens
from desk.channels.wechat.models import WechatToken


class Source:
    """Where tokens come from."""

    def __init__(self, seconds: int = 7200, pause: float = 0.0) -> None:
        self.fetched = 0
        self._seconds = seconds
        self._pause = pause
        self._lock = threading.Lock()

    def fetch(self) -> tuple[str, int]:
        """A new one."""
        time.sleep(self._pause)
        with self._lock:
            self.fetched += 1
            return f"token-{self.fetched}", self._seconds


def test_a_token_is_fetched_once_and_kept_sealed() -> None:
    source = Source()

    assert [tokens.current("hall", source.fetch) for _ in range(3)] == ["token-1"] * 3
    assert source.fetched == 1
    with reading() as session:
        assert "token-1" not in session.get(WechatToken, "hall").token


def test_accounts_have_their_own() -> None:
    source = Source()

    assert [tokens.current(name, source.fetch) for name in ("hall", "shop", "hall")] == [
        "token-1",
        "token-2",
        "token-1",
    ]


def test_a_token_in_its_last_minute_is_replaced() -> None:
    source = Source(seconds=59)

    assert [tokens.current("hall", source.fetch) for _ in range(2)] == ["token-1", "token-2"]


def test_many_who_need_a_token_at_once_have_one_fetched() -> None:
    source = Source(pause=0.3)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: tokens.current("hall", source.fetch), range(8)))

    assert got == ["token-1"] * 8
    assert source.fetched == 1


def test_many_whose_token_is_refused_at_once_have_one_fetched() -> None:
    source = Source(pause=0.2)
    tokens.current("hall", source.fetch)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: tokens.current("hall", source.fetch, "token-1"), range(8)))

    assert got == ["token-2"] * 8


def test_who_fails_leaves_the_way_free() -> None:
    def fails() -> tuple[str, int]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        tokens.current("hall", fails)

    assert tokens.current("hall", Source().fetch) == "token-1"


def test_who_dies_is_waited_for_no_longer_than_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        session.add(WechatToken(account="hall", lease_until=utc_now() + timedelta(seconds=0.5)))

    assert tokens.current("hall", Source().fetch) == "token-1"

    monkeypatch.setattr(tokens, "LEASE", timedelta(seconds=0.3))
    with transaction() as session:
        session.add(WechatToken(account="shop", lease_until=utc_now() + timedelta(seconds=60)))
    with pytest.raises(tokens.TokenLate):
        tokens.current("shop", Source().fetch)
