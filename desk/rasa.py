"""The desk's client of Rasa's channel."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from common.identity import channel_token
from common.settings import settings

# What Rasa itself needs of a turn's time, before and after its action.
RASA_SECONDS = 0.5


class BotSilent(Exception):
    """Rasa gave no answer in time, none at all, or an empty one; `unreachable` when it cannot have got the message."""

    unreachable = False


class BotUnreachable(BotSilent):
    """Nobody listens there: Rasa starts, or is gone."""

    unreachable = True


@dataclass(frozen=True)
class Encoded:
    """Vectors of texts, all of one length, and the model that they are of: those of two models do not compare."""

    model: str
    vectors: list[list[float]]


class RasaClient:
    """Asks the bot over one pool of connections."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(
            base_url=settings().rasa_url,
            headers={"Authorization": f"Bearer {channel_token()}"},
            trust_env=False,
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=50),
        )

    async def ask(
        self, conversation: str, message_id: str, text: str, payload: str | None, *, seconds: float, repeated: bool
    ) -> list[dict[str, Any]]:
        """The bot's answer, `[{text, buttons, custom}]`, within `seconds`. Raises BotSilent."""
        body: dict[str, Any] = {
            "conversation": conversation,
            "message_id": message_id,
            "repeated": repeated,
            "metadata": {"deadline": time.time() + min(seconds - RASA_SECONDS, settings().turn_seconds)},
        }
        body |= {"text": text} if payload is None else {"payload": payload}
        try:
            response = await self._client.post("/webhooks/desk/webhook", json=body, timeout=max(0.1, seconds))
            answer = response.json() if response.status_code == 200 else None
        except httpx.ConnectError as error:
            raise BotUnreachable(type(error).__name__) from error
        except (httpx.HTTPError, ValueError) as error:
            raise BotSilent(type(error).__name__) from error
        if answer is None:
            raise BotSilent(f"status {response.status_code}")
        messages = answer.get("messages") if isinstance(answer, dict) else None
        if not isinstance(messages, list) or not all(isinstance(entry, dict) for entry in messages):
            raise BotSilent("an answer of another shape")
        if not messages:
            raise BotSilent("empty answer")
        return messages

    async def encode(self, texts: list[str], seconds: float) -> Encoded:
        """What the bot's model makes of at most 64 texts of at most 1000 characters. Raises BotSilent."""
        try:
            response = await self._client.post("/webhooks/desk/encode", json={"texts": texts}, timeout=seconds)
            answer = response.json() if response.status_code == 200 else None
        except httpx.ConnectError as error:
            raise BotUnreachable(type(error).__name__) from error
        except (httpx.HTTPError, ValueError) as error:
            raise BotSilent(type(error).__name__) from error
        if answer is None:
            raise BotSilent(f"status {response.status_code}")
        vectors = answer.get("vectors") if isinstance(answer, dict) else None
        if not isinstance(vectors, list) or len(vectors) != len(texts) or len({len(vector) for vector in vectors}) > 1:
            raise BotSilent("an answer of another shape")
        return Encoded(str(answer.get("model")), vectors)

    async def ready(self) -> bool:
        """Whether Rasa has loaded its model."""
        try:
            return (await self._client.get("/webhooks/desk/ready", timeout=2)).status_code == 200
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Closes the pool."""
        await self._client.aclose()
