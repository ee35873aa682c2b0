"""The way to the action server, with a limit and with failures that do not vanish."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientError, ClientSession, TCPConnector
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.turn import current_turn
from common.settings import settings

# What Rasa itself needs after an action to pick the next step and save.
MARGIN_SECONDS = 0.25


# Sanic closes an idle connection after five: ours must not be the one that it has just closed.
IDLE_SECONDS = 3


class BoundedEndpoint(EndpointConfig):
    """Rasa's endpoint waits 300 s for a hung action server and carries on without a dead one: this one does neither.

    It also keeps its connections, where Rasa's makes one for each call.
    """

    _pool: ClientSession | None = None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[ClientSession]:
        """The pool of connections, which stays open."""
        if self._pool is None:
            self._pool = ClientSession(connector=TCPConnector(keepalive_timeout=IDLE_SECONDS))
        yield self._pool

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Sends an action call. Raises what Rasa's endpoint raises, after noting on the turn that it failed."""
        kwargs.pop("timeout", None)
        turn = current_turn.get()
        if turn is not None and turn.past:
            told = kwargs["json"]["tracker"]
            told["events"] = [*turn.past, *told["events"]]
        try:
            return await asyncio.wait_for(super().request(*args, **kwargs), settings().turn_seconds + MARGIN_SECONDS)
        except ClientResponseError as error:
            # 400 is how an action says "not for me": part of a form's life, no failure.
            if turn is not None and error.status != 400:
                turn.failed = True
            raise
        except (ClientError, asyncio.TimeoutError, OSError) as error:
            if turn is not None:
                turn.failed = True
            raise ClientError(f"the action server did not answer: {type(error).__name__}") from error
