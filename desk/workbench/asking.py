"""Asking the operator for an agent's page: in one deadline, several things at once, failures as refusals. Blocks."""

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

from bss import http
from bss.errors import BssError, NotFound
from bss.http import turn
from desk.errors import Refused

logger = logging.getLogger(__name__)

# For the whole process: what waits here longer than its deadline is not asked any more.
_POOL = ThreadPoolExecutor(max_workers=16, thread_name_prefix="operator")
# A call ends by its deadline; this is what handing over its answer may take.
_GRACE_SECONDS = 0.2


@contextmanager
def asking(name: str, seconds: float, unknown: str = "line_unfit") -> Iterator[None]:
    """All calls inside the block share `seconds`; a failure is refused, `unknown` says what is not there."""
    with turn(seconds, name):
        try:
            yield
        except NotFound as error:
            raise Refused(409, unknown) from error
        except BssError as error:
            raise Refused(503, "operator_away") from error


def together(asks: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """The answers by name, inside `asking` or `bss.http.turn`; a name whose answer did not come is not there.

    None stands for what the operator says does not exist.
    """
    futures = {name: _POOL.submit(copy_context().run, ask) for name, ask in asks.items()}
    found = {}
    for name, future in futures.items():
        try:
            found[name] = future.result(max(0.0, http.remaining()) + _GRACE_SECONDS)
        except NotFound:
            found[name] = None
        except (BssError, TooLate) as error:
            future.cancel()
            logger.warning("%s is not known now: %s", name, type(error).__name__)
    return found
