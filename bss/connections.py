"""HTTP connections that end at one moment: the timeouts of `requests` bound one wait each, not the sum of many."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

# One for all, held for no longer than a system call that does not wait.
_lock = threading.Lock()


class Limit:
    """The end of one request, a monotonic time: the connection that serves it then is cut."""

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.over = False
        self._serving: _Bounded | None = None

    def left(self) -> float:
        """Seconds left; TimeoutError when there are none."""
        seconds = self.ends - time.monotonic()
        if self.over or seconds <= 0:
            raise TimeoutError("the time of the request is over")
        return seconds

    def guard(self, connection: "_Bounded") -> None:
        """Takes a connection over from the request that it served before."""
        with _lock:
            self._serving = connection
            connection.limit = self
            # Also the end may have come while there was nothing to cut.
            self.left()

    def cut(self) -> None:
        """Ends whatever the request waits for."""
        with _lock:
            self.over = True
            # Back in the pool and taken by another request, it is no longer ours to cut.
            if self._serving is not None and self._serving.limit is self and self._serving.line is not None:
                with suppress(OSError):
                    self._serving.line.shutdown(socket.SHUT_RDWR)


_limit: ContextVar[Limit] = ContextVar("limit")


@contextmanager
def limited(ends: float) -> Iterator[Limit]:
    """A request of `session()` inside the block, with its name look-up, connect, TLS, headers and body, ends by then.

    A cut may look like an answer that is complete: when `over`, it is none.
    """
    limit = Limit(ends)
    alarm = threading.Timer(max(0.0, ends - time.monotonic()), limit.cut)
    alarm.daemon = True
    set_before = _limit.set(limit)
    alarm.start()
    try:
        yield limit
    finally:
        alarm.cancel()
        _limit.reset(set_before)


@lru_cache(maxsize=1)
def _resolver() -> futures.ThreadPoolExecutor:
    return futures.ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolver")


def _addresses(host: str, port: int, seconds: float) -> list[tuple[str, int]]:
    looked_up = _resolver().submit(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    try:
        return [(str(found[4][0]), port) for found in looked_up.result(seconds)]
    except futures.TimeoutError as error:
        looked_up.cancel()
        raise TimeoutError(f"{host} was not found in time") from error


class _Bounded(HTTPConnection):
    """A connection that the current limit guards."""

    limit: Limit | None = None
    # `sock` is forgotten when the answer says "Connection: close", before its body is read.
    line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        addresses = _addresses(self.host, self.port, _limit.get().left())
        for behind, address in reversed(list(enumerate(reversed(addresses)))):
            # An address that does not answer leaves time for those behind it.
            seconds = _limit.get().left() / (behind + 1)
            try:
                made = create_connection(address, seconds, socket_options=self.socket_options)
            except OSError:
                if not behind:
                    raise
                continue
            # What follows is the TLS handshake, whose timeout is a total one.
            made.settimeout(_limit.get().left())
            return made
        raise OSError(f"{self.host} has no address")

    def connect(self) -> None:
        super().connect()
        self.line = self.sock
        _limit.get().guard(self)

    def request(self, *args: Any, **options: Any) -> None:
        _limit.get().guard(self)
        super().request(*args, **options)


class _BoundedTls(_Bounded, HTTPSConnection):
    """The same with TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Bounded


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedTls


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


@lru_cache(maxsize=1)
def session() -> requests.Session:
    """The pooled session of this process; it makes requests only inside `limited`."""
    made = requests.Session()
    adapter = _Adapter(pool_connections=16, pool_maxsize=32, max_retries=0)
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    made.trust_env = False
    return made
