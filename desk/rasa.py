"""The desk's client of Rasa's channel."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import aiohttp
import sqlalchemy as sa

from common.identity import channel_token
from common.settings import settings
from desk.bot_server import LOOK_SECONDS, Live, address, live
from knowledge_base import content

# What Rasa itself needs of a turn's time, before and after its action.
RASA_SECONDS = 0.5
CONNECTIONS = 200
# Sanic closes an idle connection after five: ours must not be the one that it has just closed.
IDLE_SECONDS = 3


class BotSilent(Exception):
    """Rasa gave no answer in time, none at all, or an empty one; `unreachable` when it cannot have got the message."""

    unreachable = False


class BotGone(BotSilent):
    """The connection broke: the message may have arrived, its answer did not."""


class BotUnreachable(BotGone):
    """Nobody listens there: Rasa starts, or is gone."""

    unreachable = True


@dataclass(frozen=True)
class Answer:
    """What the bot says, `[{text, buttons, custom}]`, what it took a typed text for, and how surely (0 to 1).

    `release` is whose content it said it with.
    """

    messages: list[dict[str, Any]]
    intent: str | None = None
    confidence: float | None = None
    release: int | None = None


@dataclass(frozen=True)
class Encoded:
    """Vectors of texts, all of one length, and the model that they are of: those of two models do not compare."""

    model: str
    vectors: list[list[float]]


class Finder(Protocol):
    """What `desk.knowledge` knows of customers' questions: ids of FAQ entries, or None."""

    async def named(self, text: str) -> str | None:
        """The entry that is asked for word for word."""

    async def answering(self, text: str, encoded: Encoded) -> str | None:
        """The entry that surely answers a text; `encoded` has the text's vector alone."""


class RasaClient:
    """Asks the bot over one pool of connections, at whichever place is live."""

    def __init__(self) -> None:
        self._known = Live("rasa")
        self._looked = float("-inf")

    @cached_property
    def _http(self) -> aiohttp.ClientSession:
        # Made by the first who asks: it belongs to a running loop.
        return aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {channel_token()}"},
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def ask(
        self,
        conversation: str,
        message_id: str,
        text: str,
        payload: str | None,
        told: dict[str, Any],
        *,
        seconds: float,
        repeated: bool,
        knowledge: "Finder | None" = None,
    ) -> Answer:
        """The bot's answer within `seconds`; `told` is metadata. Raises BotSilent.

        `knowledge` says what answers a text that the bot is not sure of, which is asked again then.
        """
        ends = time.monotonic() + max(0.1, seconds)
        body: dict[str, Any] = {
            "conversation": conversation,
            "message_id": message_id,
            "repeated": repeated,
            "metadata": told | {"deadline": time.time() + min(seconds - RASA_SECONDS, settings().turn_seconds)},
        }
        body |= {"text": text} if payload is None else {"payload": payload}
        if payload is None and knowledge is not None and (entry := await knowledge.named(text)) is not None:
            body["knowledge"] = entry
        # Asked again it is the same turn, also if another release goes live in between.
        known = await self._live()
        answer, known = await self._post("webhook", body, ends, known)
        if isinstance(answer, dict) and answer.get("unsure") is True:
            found = None if knowledge is None else await knowledge.answering(text, _encoded(answer))
            answer, known = await self._post("webhook", body | {"knowledge": found}, ends, known)
        messages = answer.get("messages") if isinstance(answer, dict) else None
        if not isinstance(messages, list) or not all(isinstance(entry, dict) for entry in messages):
            raise BotSilent("an answer of another shape")
        if not messages:
            raise BotSilent("empty answer")
        understood = answer.get("understood")
        if not isinstance(understood, dict):
            return Answer(messages, release=known.release)
        confidence = float(understood.get("confidence") or 0.0)
        return Answer(messages, str(understood.get("intent")), confidence, known.release)

    async def encode(self, texts: list[str], seconds: float) -> Encoded:
        """What the bot's model makes of at most 64 texts of at most 1000 characters. Raises BotSilent."""
        answer, _ = await self._post("encode", {"texts": texts}, time.monotonic() + seconds, await self._live())
        vectors = answer.get("vectors") if isinstance(answer, dict) else None
        if not isinstance(vectors, list) or len(vectors) != len(texts) or len({len(vector) for vector in vectors}) > 1:
            raise BotSilent("an answer of another shape")
        return Encoded(str(answer.get("model")), vectors)

    async def ready(self) -> bool:
        """Whether Rasa has loaded its model."""
        try:
            url = f"{address((await self._live()).place)}/webhooks/desk/ready"
            async with self._http.get(url, timeout=aiohttp.ClientTimeout(total=2)) as response:
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    async def close(self) -> None:
        """Closes the pool."""
        await self._http.close()

    async def follow(self) -> None:
        """Runs for ever: the desk's own pages show the release that is live, also while nobody asks the bot."""
        while True:
            await self._live()
            await asyncio.sleep(LOOK_SECONDS)

    async def _live(self) -> Live:
        """What is live, as was known at most `LOOK_SECONDS` ago."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            await self._look()
        return self._known

    async def _look(self) -> None:
        self._looked = time.monotonic()
        # Nor may a release's folder that cannot be read keep the desk from asking the bot.
        with contextlib.suppress(sa.exc.SQLAlchemyError, OSError):
            found = await asyncio.to_thread(live)
            self._known = found or Live("rasa")
            await asyncio.to_thread(content.use, self._known.release)

    async def _post(self, path: str, body: dict[str, Any], ends: float, known: Live) -> tuple[Any, Live]:
        """The JSON of an answer with status 200, by `time.monotonic()` at the latest, and who gave it.

        Raises BotSilent.
        """
        try:
            return await self._post_to(known, path, body, ends), known
        except BotGone as error:
            # The model may just have been replaced. The other place may be asked about a message that the first has
            # had: it finds that by its id.
            await self._look()
            gone, other = error, self._known
            if other.place == known.place:
                raise
        try:
            again = body | ({"repeated": True} if "repeated" in body else {})
            return await self._post_to(other, path, again, ends), other
        except BotUnreachable as error:
            raise gone from error  # what is known of the message is what the first place did

    async def _post_to(self, known: Live, path: str, body: dict[str, Any], ends: float) -> Any:
        if "metadata" in body:
            # Actions read the content that belongs to the model which is asked, until the turn's end.
            body = body | {"metadata": body["metadata"] | {"release": known.release}}
        try:
            left = aiohttp.ClientTimeout(total=max(0.001, ends - time.monotonic()))
            url = f"{address(known.place)}/webhooks/desk/{path}"
            async with self._http.post(url, json=body, timeout=left) as response:
                if response.status != 200:
                    raise BotSilent(f"status {response.status}")
                return await response.json(content_type=None)
        except aiohttp.ClientConnectorError as error:
            raise BotUnreachable(type(error).__name__) from error
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            raise BotGone(type(error).__name__) from error
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise BotSilent(type(error).__name__) from error


def _encoded(answer: dict[str, Any]) -> Encoded:
    """The vector of a text that the bot is not sure of."""
    vector = answer.get("vector")
    if not isinstance(vector, list) or not all(isinstance(value, int | float) for value in vector):
        raise BotSilent("an answer of another shape")
    return Encoded(str(answer.get("model")), [vector])
