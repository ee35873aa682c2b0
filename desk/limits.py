"""How much somebody may send: a sliding minute, kept in this process, and the size of one request."""

import time
from collections import defaultdict, deque

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class SlidingMinute:
    """Counts events by key over the last 60 seconds."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def allows(self, key: str, now: float | None = None) -> bool:
        """Whether one more event of `key` is within the limit; if so it counts. `now` is in seconds, for tests."""
        now = time.monotonic() if now is None else now
        times = self._times[key]
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= self._limit:
            return False
        times.append(now)
        if len(self._times) > 50_000:
            self._forget(now)
        return True

    def _forget(self, now: float) -> None:
        for key in [key for key, times in self._times.items() if not times or times[-1] <= now - 60]:
            del self._times[key]


class BodyLimit:
    """Stops reading a request whose body is longer than any that the desk takes: it would fill the memory."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
