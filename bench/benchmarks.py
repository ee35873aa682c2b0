"""The product beside stock Rasa on one machine, one after the other: `make bench` writes docs/benchmarks.md.

The stock model is trained once for each state of the sentences, which takes an hour; everything else is measured anew.
"""

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench import load, replacement
from bench.benchmarks_page import Figures, write
from bench.load import Customers, Step, climb, stock_customers
from bench.plots import draw_rates, draw_turns
from bench.serving import Running, running, stock_running
from bench.stock_project import EPOCHS
from bench.talk import Talk, talk, to_ours, to_stock
from bench.timing import load as machine_load
from bench.training import stock, train_ours
from common.settings import ROOT
from deploy import model
from deploy.steps import Problem, say

TURNS = 310
RATES = (*range(8, 40, 4), *range(40, 121, 8))
SECONDS = 20.0
ALL = ("sandbox", "actions", "rasa", "worker", "desk")
IMAGES = ROOT / "docs" / "images"


@dataclass(frozen=True)
class Alone:
    """A Rasa server alone: seconds from its start to its first answer, one long conversation, and MB afterwards."""

    first: float
    talk: Talk
    memory: float


def alone(up: Running, name: str) -> Alone:
    """Measures a server that has just become ready."""
    to = to_ours if name == "rasa" else to_stock
    start = time.monotonic()
    to(up)("外面天气怎么样")
    first = up.seconds + time.monotonic() - start
    return Alone(first, talk(up, name, to(up), TURNS), up.memory()[name])


async def loaded_stock(up: Running) -> list[Step]:
    """A stock server at growing rates."""
    async with load.session() as http:
        return await climb(up, await stock_customers(up, http, 80), RATES, SECONDS)


async def loaded_product(up: Running) -> tuple[float, dict[str, float], list[Step]]:
    """The whole product: seconds from its start to its first answer, MB of each process, and growing rates."""
    async with load.session() as http:
        start = time.monotonic()
        begun = Customers(up.urls["desk"], up.urls["sandbox"], http)
        await begun.begin(1)
        first = up.seconds + time.monotonic() - start
        memory = up.memory()
        return first, memory, await climb(up, await begun.begin(80), RATES, SECONDS)


def measure(epochs: int) -> Figures:
    """Everything, one after the other."""
    before = machine_load()
    stock_model = stock(epochs)
    say("  ...     training ours")
    ours = train_ours("bench")
    archive = model.cached()
    say("  ...     Rasa alone")
    with running(archive) as up:
        rasa = alone(up, "rasa")
    say("  ...     the stock server")
    with stock_running(stock_model.archive) as up:
        stock_alone = alone(up, "stock")
    with stock_running(stock_model.archive) as up:
        stock_steps = asyncio.run(loaded_stock(up))
    say("  ...     the whole product")
    with running(archive, ALL) as up:
        first, memory, steps = asyncio.run(loaded_product(up))
        memory_after = up.memory()
    say("  ...     another model under load")
    replaced = replacement.measure()
    draw_turns({"ours": rasa.talk.clock, "stock": stock_alone.talk.clock}, IMAGES / "bench-turns.png")
    rates = {"the whole product, real actions": steps, "stock Rasa, its own answers": stock_steps}
    points = {name: [(step.rate, step.p95) for step in held] for name, held in rates.items()}
    draw_rates(points, load.SLOW, IMAGES / "bench-rates.png")
    return Figures(
        load=(before, machine_load()),
        trained=(ours, stock_model),
        first=(rasa.first, stock_alone.first),
        first_product=first,
        turn_cpu=(rasa.talk.early_cpu(), stock_alone.talk.early_cpu()),
        growth=(rasa.talk.growth(), stock_alone.talk.growth()),
        steps=(steps, stock_steps),
        memory=memory,
        memory_after=memory_after,
        stock_memory=stock_alone.memory,
        replaced=replaced,
    )


def main() -> None:
    """Measures and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock-epochs", type=int, default=EPOCHS, help="fewer, where there is less time")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    arguments = parser.parse_args()
    try:
        text = write(measure(arguments.stock_epochs))
    except Problem as problem:
        problem.show()
        sys.exit(1)
    arguments.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
