"""Asks the author process, which knows the models: checks, and what a draft would answer."""

import asyncio
from functools import cached_property
from typing import Any

import aiohttp

from common.identity import channel_token
from common.settings import settings
from desk.errors import Refused

Shown = dict[str, Any]

# While somebody types, and for a whole draft, which may be hundreds of objects.
CHECK_SECONDS = 8.0
DRAFT_SECONDS = 60.0
# A model that was not asked for a while is loaded first.
TRY_SECONDS = 25.0
# Connections: a desk's editors are few, and the author has the processor's leavings.
AT_ONCE = 8


class Author:
    """A client of the author process over one pool of connections. Every method raises Refused when it is away."""

    @cached_property
    def _http(self) -> aiohttp.ClientSession:
        # Made by the first who asks: it belongs to a running loop.
        return aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {channel_token()}"},
            connector=aiohttp.TCPConnector(limit=AT_ONCE),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def check(self, draft: int | None, kind: str, key: str, value: Shown | None) -> Shown:
        """`findings` of an object as it is being written; `loading` while the author cannot tell yet."""
        body = {"draft": draft, "kind": kind, "key": key, "value": value}
        return await self._post("check", body, CHECK_SECONDS)

    async def check_draft(self, draft: int) -> Shown:
        """`objects`: findings of all objects of a draft by `kind/key`; `loading` as above."""
        return await self._post("check-draft", {"draft": draft}, DRAFT_SECONDS)

    async def try_out(self, draft: int | None, text: str) -> Shown:
        """What the draft's model, or the live one, takes a text for, and its answer."""
        return await self._post("try", {"draft": draft, "text": text}, TRY_SECONDS)

    async def close(self) -> None:
        """Closes the pool."""
        await self._http.close()

    async def _post(self, path: str, body: Shown, seconds: float) -> Shown:
        try:
            left = aiohttp.ClientTimeout(total=seconds)
            async with self._http.post(f"{settings().author_url}/{path}", json=body, timeout=left) as response:
                if response.status in {400, 404, 409, 422}:
                    raise Refused(response.status, "not_found" if response.status == 404 else "bad_request")
                if response.status != 200:
                    raise Refused(503, "author_away")
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise Refused(503, "author_away") from error
        if not isinstance(answer, dict):
            raise Refused(503, "author_away")
        return answer
