"""Answers kept in this process for some seconds, so that an open page does not ask the operator again and again."""

import threading
import time
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """At most `most` answers, none older than `seconds`; safe between threads."""

    def __init__(self, seconds: float, most: int = 500) -> None:
        self._seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._held: dict[Hashable, tuple[float, T]] = {}

    def get(self, key: Hashable) -> T | None:
        """What was kept under a key, None when it is too old or was never there."""
        with self._lock:
            found = self._held.get(key)
        return found[1] if found is not None and time.monotonic() - found[0] < self._seconds else None

    def put(self, key: Hashable, value: T) -> T:
        """Keeps an answer, and gives it back; the oldest goes when there are too many."""
        with self._lock:
            self._held.pop(key, None)
            self._held[key] = (time.monotonic(), value)
            while len(self._held) > self._most:
                self._held.pop(next(iter(self._held)))
        return value

    def drop(self, key: Hashable) -> None:
        """Forgets an answer: what it told of has been changed."""
        with self._lock:
            self._held.pop(key, None)

    def clear(self) -> None:
        """Forgets all of them."""
        with self._lock:
            self._held.clear()
