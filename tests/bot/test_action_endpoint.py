from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import ClientError
from rasa.utils.endpoints import ClientResponseError

from bot.action_endpoint import BoundedEndpoint
from bot.turn import Turn, current_turn
from common.settings import settings
from tests.bss.scripted import Operator, Script, answers, drips, hangs, hangs_up


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Iterator[Turn]:
    """A running turn with little time."""
    monkeypatch.setenv("WANHAO_TURN_SECONDS", "0.3")
    settings.cache_clear()
    made = Turn("m1")
    token = current_turn.set(made)
    yield made
    current_turn.reset(token)


async def ask(server: Operator, **kwargs: Any) -> Any:
    return await BoundedEndpoint(f"{server.address}/webhook").request(json={"next_action": "x"}, **kwargs)


async def test_an_answer_comes_back_decoded(action_server: Operator, turn: Turn) -> None:
    action_server.script = answers(200, b'{"events": []}', Content_Type="application/json")

    assert await ask(action_server) == {"events": []}
    assert turn.failed is False


@pytest.mark.parametrize("script", [hangs, hangs_up, drips(0.05)], ids=["hangs", "hangs up", "drips"])
async def test_a_server_without_an_answer_fails_the_turn(action_server: Operator, turn: Turn, script: Script) -> None:
    action_server.script = script

    with pytest.raises(ClientError):
        await ask(action_server)
    assert turn.failed is True


async def test_the_patience_that_rasa_would_have_does_not_count(action_server: Operator, turn: Turn) -> None:
    action_server.script = hangs

    with pytest.raises(ClientError):
        await ask(action_server, timeout=300)
    assert turn.failed is True


async def test_nobody_listening_fails_the_turn(turn: Turn) -> None:
    with pytest.raises(ClientError):
        await BoundedEndpoint("http://127.0.0.1:9/webhook").request(json={})
    assert turn.failed is True


@pytest.mark.parametrize("status", [404, 500, 503])
async def test_an_error_of_the_server_fails_the_turn(action_server: Operator, turn: Turn, status: int) -> None:
    action_server.script = answers(status, b"{}")

    with pytest.raises(ClientResponseError):
        await ask(action_server)
    assert turn.failed is True


async def test_a_refusal_by_the_action_does_not(action_server: Operator, turn: Turn) -> None:
    action_server.script = answers(400, b'{"action_name": "x"}', Content_Type="application/json")

    with pytest.raises(ClientResponseError) as raised:
        await ask(action_server)
    assert raised.value.status == 400
    assert turn.failed is False


async def test_outside_a_turn_errors_are_errors_all_the_same(action_server: Operator) -> None:
    action_server.script = answers(500, b"{}")

    with pytest.raises(ClientResponseError):
        await ask(action_server)
