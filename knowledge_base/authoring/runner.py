"""What the author does in the background: jobs, in lanes that do not wait for each other, and what comes round."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from common.loops import Loop
from knowledge_base.authoring import jobs
from knowledge_base.authoring.jobs import CANCELLED, FAILED, Cancelled, Held, Lost
from knowledge_base.content import content

logger = logging.getLogger(__name__)

Work = Callable[[Held], None]

STOP_SECONDS = 3.0


class Runner:
    """Lanes, by name, with what is done for each kind of job in them, one job a time; and rounds: name, pause, step."""

    def __init__(
        self, lanes: Mapping[str, Mapping[str, Work]], rounds: Sequence[tuple[str, float, Callable[[], bool]]] = ()
    ) -> None:
        self._stopping = threading.Event()
        self._held: dict[str, Held] = {}
        self._loops = [Loop(name, partial(self._one, name, kinds), self._stopping) for name, kinds in lanes.items()]
        self._loops += [Loop(name, step, self._stopping, seconds) for name, seconds, step in rounds]

    def start(self) -> None:
        """Begins."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """Ends within some seconds: jobs are given back, for the next author to begin anew."""
        self._stopping.set()
        for held in list(self._held.values()):
            held.stop.set()
        for loop in self._loops:
            loop.join(STOP_SECONDS)

    def _one(self, lane: str, kinds: Mapping[str, Work]) -> bool:
        """Does the next job of a lane; False when there is none."""
        held = jobs.lease(*kinds)
        if held is None:
            return False
        self._held[lane] = held
        try:
            if self._stopping.is_set():  # `stop` may have looked before it was held
                raise Cancelled
            kinds[held.kind](held)
        except Lost:
            logger.warning("job %d was lost to another process", held.id)
        except Cancelled:
            self._cut(held)
        except Exception as error:
            logger.exception("job %d (%s) failed", held.id, held.kind)
            held.log(type(error).__name__)
            held.finish(FAILED, step=content("training")["failed"]["broken"])
        finally:
            del self._held[lane]
        return True

    def _cut(self, held: Held) -> None:
        if self._stopping.is_set() and not held.cancelled:
            held.give_back()
        else:
            held.finish(CANCELLED, step=content("training")["steps"]["cancelled"])
