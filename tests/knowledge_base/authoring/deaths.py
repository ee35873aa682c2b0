"""Deaths at each step of the publisher's work."""

import itertools
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from common.database import engine
from common.settings import settings
from knowledge_base.authoring.recovery import alone, mend
from tests.common.isolation import forget
from tests.knowledge_base.authoring.fake_deploy import Deploy

# What a process does that a kill can come before or after: it is counted from the moment in which it opens its lock.
WATCHED = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.rmdir"})
# When a process hangs.
SECONDS = 60

# Forks of a small process without threads: that of the tests has gigabytes, and locks that its other threads may hold.
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])


def killed_at(number: int, work: Callable[..., object], *arguments: Any, **named: Any) -> bool:
    """Does `work` in a process that is killed at its `number`th step on disk or commit; False when it ends before.

    What is given is pickled; the publisher calls a `Deploy`. Raises AssertionError when it hangs or fails.
    """
    process = _forks.Process(target=_until, args=(number, dict(os.environ), work, arguments, named))
    process.start()
    process.join(SECONDS)
    if process.is_alive():
        process.kill()
        raise AssertionError(f"{work} hangs before its step {number}")
    assert process.exitcode in (0, -signal.SIGKILL), f"{work} fails before its step {number}"
    return process.exitcode != 0


def mended(root: Path) -> None:
    """Recovers, as whoever publishes next does."""
    with alone() as lock:
        mend(lock, root)


def _until(
    number: int, environment: dict[str, str], work: Callable[..., object], arguments: Any, named: dict[str, Any]
) -> None:
    os.environ |= environment
    forget()
    folder, seen = settings().releases_dir.parent, itertools.count(1)

    def step(*_: Any) -> None:
        if next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(event: str, told: tuple[Any, ...]) -> None:
        writes = event != "open" or (isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR))
        if event in WATCHED and writes and str(told[0]).startswith(str(folder)):
            step()

    for moment in ("commit", "release_savepoint"):
        sa.event.listen(engine(), moment, step)
    with pytest.MonkeyPatch.context() as monkeypatch:
        Deploy.in_place(monkeypatch, folder)
        # Thousands of waits for the disk: what is killed loses nothing that is written, only a power cut does.
        monkeypatch.setattr(os, "fsync", lambda _: None)
        sys.addaudithook(audit)
        work(*arguments, **named)
