"""Waiting until processes answer."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


class NotReady(Exception):
    """A process that ended or did not answer in time; ``name`` says which."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name = name


def get(url: str, seconds: float = 2.0) -> tuple[int, bytes]:
    """Status and body of a loopback URL, past any proxy. Raises ``OSError`` or ``HTTPException``."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def answers(url: str) -> bool:
    """Whether a GET there is answered 200 within two seconds."""
    try:
        return get(url)[0] == 200
    except (OSError, HTTPException):
        return False


def wait(
    urls: Mapping[str, str], seconds: float, ended: Callable[[], str | None] = lambda: None
) -> Iterator[tuple[str, float]]:
    """Yields each name and its seconds as soon as its URL answers.

    Raises :class:`NotReady` when ``ended()`` names a process that is gone, or after ``seconds``.
    """
    start = time.monotonic()
    pending = dict(urls)
    with ThreadPoolExecutor(max_workers=max(1, len(pending))) as pool:
        while pending:
            asked = list(pending)
            for name, ready in zip(asked, pool.map(answers, pending.values()), strict=True):
                if ready:
                    del pending[name]
                    yield name, time.monotonic() - start
            if gone := ended():
                raise NotReady(gone, "ended while starting")
            if pending and time.monotonic() - start > seconds:
                raise NotReady(next(iter(pending)), f"did not answer within {seconds:.0f} s")
            if pending:
                time.sleep(0.2)
