"""A running desk with people of every role."""

import contextlib
from collections.abc import Callable, Iterator

import httpx
import pytest

from desk.staff import accounts, audit, lockout, passwords, sessions
from tests.desk.conftest import Clock
from tests.desk.server import running_desk
from tests.desk.staff.people import CHEAP, PEOPLE, Browser, hire


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2id with less work: tests sign in often."""
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)
    passwords._decoy.cache_clear()
    yield
    passwords._decoy.cache_clear()


@pytest.fixture
def clock(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of the desk and of its staff."""
    for module in (accounts, audit, lockout, sessions):
        monkeypatch.setattr(module, "utc_now", clock.now)
    return clock


@pytest.fixture
def client(database: None) -> Iterator[httpx.Client]:
    """A client of a running desk where people work."""
    for login, role in PEOPLE.items():
        hire(login, role)
    with running_desk() as running:
        yield running


@pytest.fixture
def browsers(client: httpx.Client) -> Iterator[Callable[[], Browser]]:
    """Opens browsers of different people."""
    with contextlib.ExitStack() as opened:
        yield lambda: opened.enter_context(Browser(client))


@pytest.fixture
def browser(browsers: Callable[[], Browser]) -> Browser:
    """Somebody's browser, not signed in."""
    return browsers()


@pytest.fixture
def admin(browsers: Callable[[], Browser]) -> Browser:
    """The administrator's browser, signed in."""
    return browsers().signs_in("boss")
