"""What a process does over and over in the background."""

import logging
import threading
import time
from collections.abc import Callable

import sqlalchemy as sa

logger = logging.getLogger(__name__)

# Longer than a step of the worker may take: its loop that has been silent for so long is stuck.
SILENT_SECONDS = 30.0


class Loop(threading.Thread):
    """Calls `step` again and again, at once while it says that there is more, else after `pause` seconds."""

    def __init__(self, name: str, step: Callable[[], bool], stopping: threading.Event, pause: float = 1.0) -> None:
        # A daemon: a step that outlasts the stop is cut off, and its lease lets another process finish it.
        super().__init__(name=name, daemon=True)
        self._step = step
        self._stopping = stopping
        self._pause = pause
        self.beat = time.monotonic()

    def run(self) -> None:
        """See the class."""
        while not self._stopping.is_set():
            self.beat = time.monotonic()
            try:
                more = self._step()
            except sa.exc.SQLAlchemyError as error:
                logger.warning("%s: the database does not answer: %s", self.name, type(error).__name__)
                more = False
            except Exception:
                logger.exception("%s failed", self.name)
                more = False
            if not more:
                self._stopping.wait(self._pause)

    @property
    def well(self) -> bool:
        """Whether it still goes round."""
        return self.is_alive() and time.monotonic() - self.beat < SILENT_SECONDS
