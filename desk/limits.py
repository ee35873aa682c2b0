"""How fast somebody may write: a sliding minute, kept in this process."""

import time
from collections import defaultdict, deque


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
