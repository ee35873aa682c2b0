"""Every test here has a desk database of its own, and a Rasa that does as it is told."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import desk.channels.wechat.models
import desk.handover_models
import desk.models
from common.database import engine, make_engine
from common.settings import settings
from common.times import utc_now
from desk import dispatch, handover, opening, outbox, proposals, queue, store, survey, turns
from desk.knowledge import Knowledge
from desk.outbox import Event
from desk.workbench import cards, chats, presence
from tests.bss.scripted import operator
from tests.common.isolation import isolated
from tests.desk.bot import Bot


@pytest.fixture
def bot() -> Iterator[Bot]:
    """A scripted Rasa."""
    with operator() as running:
        yield Bot(running)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the desk's tables, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "wanhao.db"
    made = make_engine(f"sqlite:///{path}")
    desk.models.Base.metadata.create_all(made)
    made.dispose()
    return path


@pytest.fixture(autouse=True)
def database(bot: Bot, empty: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A database for this test alone; the settings point to the scripted Rasa."""
    shutil.copy(empty, tmp_path)
    with isolated(monkeypatch, tmp_path, rasa_url=bot.address, always_open="true"):
        desk.models.Base.metadata.create_all(engine())
        yield


@pytest.fixture(autouse=True)
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripted Rasa is asked what a test asks, and for no vectors beside it."""

    async def follow(_: Knowledge) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Knowledge, "follow", follow)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk waits for a silent bot for one second only."""
    monkeypatch.setenv("WANHAO_ANSWER_SECONDS", "1.0")
    settings.cache_clear()


class Clock:
    """The desk's time, which a test can move forward."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        """Now, as the desk sees it."""
        return utc_now() + self._offset

    def forward(self, seconds: float) -> None:
        """Lets time pass."""
        self._offset += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """See `Clock`."""
    made = Clock()
    for module in (store, turns, outbox, queue, handover, dispatch, survey, opening, chats, presence, cards, proposals):
        monkeypatch.setattr(module, "utc_now", made.now)
    return made


class Recorder:
    """A channel that only notes what it is told to send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []

    async def send(self, event: Event) -> None:
        """See `desk.outbox.Sender`."""
        self.sent.append((event.conversation, event.name, event.payload))

    def texts(self) -> list[str]:
        """The texts of the messages sent."""
        return [payload["text"] for _, event, payload in self.sent if event == "message"]


@pytest.fixture
def recorder() -> Recorder:
    """See `Recorder`."""
    return Recorder()


@pytest.fixture
def talk() -> str:
    """A conversation."""
    return store.create_conversation("web")
