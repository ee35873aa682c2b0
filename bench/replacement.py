"""A model replaced under load, and what customers notice of it. Standalone it prints."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.load import Customers, Turn, session, talk
from bench.measures import percentile
from bench.timing import load
from deploy.steps import say
from tests.supervised import SupervisedStack, supervised_stack

RATE = 5.0
SECONDS = 60.0
# The load alone, before the replacement begins, and after its end at least.
QUIET_SECONDS = 15.0
CUSTOMERS = 20
# One machine plays all customers.
LIMITS = {"WANHAO_MESSAGES_A_MINUTE": "100000", "WANHAO_CONVERSATIONS_A_MINUTE": "100000"}


@dataclass(frozen=True)
class Replaced:
    """So many turns at `rate` a second, and in their middle a replacement that took `seconds`.

    `failed`: turns that the bot has not answered in time. `before`, `during`, `after`: 95th percentiles of the answers
    in seconds, by when they were asked for. `gap`: the longest time in seconds between two answers, whosever. `load`:
    the machine's over one minute, before and after.
    """

    rate: float
    turns: int
    seconds: float
    failed: int
    before: float
    during: float
    after: float
    gap: float
    load: tuple[float, float]

    def sentence(self) -> str:
        """All of it for a page."""
        return (
            f"{self.turns} turns at {self.rate:g} a second with real actions, and in their middle a replacement by a "
            f"model that was there, which took {self.seconds:.0f} s: {self.failed} failed. 95 of 100 answers came "
            f"within {1000 * self.before:.0f} ms before, {1000 * self.during:.0f} ms meanwhile and "
            f"{1000 * self.after:.0f} ms afterwards; the longest gap between two answers was {self.gap:.2f} s. "
            f"Load {self.load[0]:.1f} before, {self.load[1]:.1f} after."
        )


def measure() -> Replaced:
    """Replaces the model of a product of its own, started for it, under load with real actions. Nothing is trained."""
    first = load()
    with (
        tempfile.TemporaryDirectory(prefix="bench-replacement-") as folder,
        supervised_stack(Path(folder), **LIMITS) as stack,
    ):
        turns, began, ended = asyncio.run(_talk(stack))
        apologies = stack.apologies
    came = sorted(turn.came for turn in turns if turn.well)
    return Replaced(
        RATE,
        len(turns),
        ended - began,
        apologies + sum(not turn.well for turn in turns),
        _p95([turn for turn in turns if turn.due < began]),
        _p95([turn for turn in turns if began <= turn.due < ended]),
        _p95([turn for turn in turns if ended <= turn.due]),
        max(after - before for before, after in pairwise(came)),
        (first, load()),
    )


def _p95(turns: Sequence[Turn]) -> float:
    return percentile([turn.came - turn.due for turn in turns], 0.95)


async def _talk(stack: SupervisedStack) -> tuple[list[Turn], float, float]:
    """All turns, and from when to when the model was being replaced."""
    async with session() as http:
        customers = await Customers(stack.desk, stack.sandbox, http).begin(CUSTOMERS)
        over = asyncio.Event()
        talking = asyncio.create_task(talk(customers, RATE, lambda _: not over.is_set()))
        start = time.perf_counter()
        await asyncio.sleep(QUIET_SECONDS)
        began = time.perf_counter()
        await asyncio.to_thread(_replace, stack)
        ended = time.perf_counter()
        await asyncio.sleep(max(QUIET_SECONDS, start + SECONDS - ended))
        over.set()
        return await talking, began, ended


def _replace(stack: SupervisedStack) -> None:
    with stack.replacing() as replacing:
        shown, _ = replacing.communicate()
    if replacing.returncode:
        raise RuntimeError(shown)


if __name__ == "__main__":
    say(measure().sentence())
