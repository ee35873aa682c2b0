"""Every test here has settings and databases of its own; the small model is trained once."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig

from bot.tracker_store import TurnTrackerStore
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


@pytest.fixture(scope="session")
def loaded(small_model: Path) -> Agent:
    """The bot with its model, which takes a second to load."""
    return Agent.load(small_model)


@pytest.fixture
def agent(loaded: Agent) -> Agent:
    """The bot itself, with its tracker store on an empty database."""
    made = Agent(
        loaded.domain,
        tracker_store=TurnTrackerStore(loaded.domain),
        action_endpoint=EndpointConfig(f"{settings().actions_url}/webhook"),
    )
    made.processor = copy.copy(loaded.processor)
    made.processor.tracker_store = made.tracker_store
    made.processor.lock_store = made.lock_store
    made.processor.action_endpoint = made.action_endpoint
    return made
