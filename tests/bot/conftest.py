"""Every test here has settings and databases of its own; the small model is trained once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.agent import Agent, load_agent
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig

from common.settings import settings
from tests.bot.model import trained
from tests.bss.scripted import Operator, operator
from tests.common.isolation import isolated


@pytest.fixture
def action_server() -> Iterator[Operator]:
    """A scripted action server."""
    with operator() as running:
        yield running


@pytest.fixture(autouse=True)
def own_settings(action_server: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The settings point to the scripted action server."""
    with isolated(monkeypatch, tmp_path, actions_url=action_server.address):
        yield


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a small trained model."""
    folder = tmp_path_factory.mktemp("small-model")
    with pytest.MonkeyPatch.context() as environment:
        # Nothing comes from, or stays in, the developer's cache.
        environment.setenv("RASA_CACHE_DIRECTORY", str(folder / "cache"))
        return trained(folder)


@pytest.fixture
async def agent(small_model: Path) -> Agent:
    """The bot itself, with its tracker store on an empty database."""
    endpoints = AvailableEndpoints(
        action=EndpointConfig(f"{settings().actions_url}/webhook"),
        tracker_store=EndpointConfig(type="bot.tracker_store.TurnTrackerStore"),
    )
    return await load_agent(str(small_model), endpoints=endpoints)
