"""The page of `make bench`: figures in, Markdown out."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from bench.load import SLOW, Step, sustained
from bench.page import table
from bench.replacement import Replaced
from bench.stock_project import EPOCHS
from bench.training import Trained
from common.times import SHANGHAI, utc_now

PACKAGES = ("rasa", "tensorflow", "numpy", "sqlalchemy", "fastapi", "uvicorn", "aiohttp")

Pair = tuple[float, float]


@dataclass(frozen=True)
class Figures:
    """What was measured; pairs are (ours, stock). Seconds, except `turn_cpu` (ms) and memory (MB)."""

    load: Pair
    trained: tuple[Trained, Trained]
    first: Pair
    first_product: float
    turn_cpu: Pair
    growth: Pair
    steps: tuple[Sequence[Step], Sequence[Step]]
    memory: Mapping[str, float]
    memory_after: Mapping[str, float]
    stock_memory: float
    replaced: Replaced


def write(found: Figures) -> str:
    """The whole page."""
    return "\n\n".join([_head(found), _goals(found), _turns(), _rates(found), _memory(found), _replaced(found)]) + "\n"


def _head(found: Figures) -> str:
    epochs = found.trained[1].epochs
    short = "" if epochs == EPOCHS else f", its classifier {epochs} epochs instead of {EPOCHS}"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    lines = [
        "# The product beside stock Rasa\n",
        f"Written by `make bench` on {utc_now().astimezone(SHANGHAI):%Y-%m-%d %H:%M}.\n",
        f"- {len(os.sched_getaffinity(0))} cores ({platform.machine()}), load average {found.load[0]:.1f} before and "
        f"{found.load[1]:.1f} after; customers are played on the same cores.",
        f"- Python {platform.python_version()}, {packages}.",
        "- Stock: [bench/stock](../bench/stock/config.yml) (JiebaTokenizer, count vectors, DIET, Memoization, "
        "RulePolicy, TED) on the product's own",
        f"  sentences, an answer for each intent and no actions, tracker store in memory{short}.",
    ]
    return "\n".join(lines)


def _goals(found: Figures) -> str:
    ours, stock = found.trained
    rates = sustained(found.steps[0]), sustained(found.steps[1])
    ratio = rates[0] / rates[1] if rates[1] else 0.0
    memory = sum(found.memory_after.values())
    rows = [
        _row("start to first answer, Rasa alone, s", found.first, 1 / 8, "{:.1f}"),
        [
            "start to first answer of a verified customer, the whole product, s",
            f"{found.first_product:.1f}",
            "–",
            "–",
            "told",
        ],
        _row("training of everything, CPU s", (ours.spent.cpu, stock.spent.cpu), 1 / 10, "{:.0f}"),
        _row("CPU of a turn without an action, Rasa, ms", found.turn_cpu, 1 / 3, "{:.1f}"),
        ["CPU of a turn of the mix below, Rasa, ms", f"{found.steps[0][0].cpu['rasa']:.1f}", "–", "–", "told"],
        ["the same, all processes, ms", f"{sum(found.steps[0][0].cpu.values()):.1f}", "–", "–", "told"],
        [
            "same conversation, turns 291–310 : 11–30",
            f"{found.growth[0]:.2f}",
            f"{found.growth[1]:.2f}",
            "–",
            f"≤ 1.2: {_verdict(found.growth[0] <= 1.2)}",
        ],
        [
            f"turns a second with 95 % within {1000 * SLOW:.0f} ms",
            f"{rates[0]:.0f}",
            f"{rates[1]:.0f}",
            f"{ratio:.2f}",
            f"≥ 3: {_verdict(ratio >= 3)}",
        ],
        _row("resident memory after the load, all processes, MB", (memory, found.stock_memory), 1, "{:.0f}"),
    ]
    return "## Against the goals\n\n" + table(["figure", "ours", "stock", "ours : stock", "goal"], rows)


def _row(name: str, pair: Pair, most: float, form: str) -> list[str]:
    ratio = pair[0] / pair[1]
    goal = "1" if most == 1 else f"1/{1 / most:.0f}"
    return [name, form.format(pair[0]), form.format(pair[1]), f"{ratio:.3f}", f"≤ {goal}: {_verdict(ratio <= most)}"]


def _verdict(met: bool) -> str:
    return "met" if met else "**missed**"


def _turns() -> str:
    return "## One long conversation\n\n![Milliseconds a turn by turn](images/bench-turns.png)"


def _rates(found: Figures) -> str:
    mix = (
        "Ours: customers with a proven number, over the desk's public API; five of eight sentences ask the operator's "
        "systems (balance, usage, plan, points, bill), with real actions and the sandbox, SQLite. Stock: the same "
        "sentences over its REST channel. Turns come at a fixed rate and their time runs from when they were due."
    )
    head = ["system", "turns a second", "median, ms", "95 %, ms", "failed", "CPU a turn, ms"]
    rows = [
        [name, f"{step.rate:.0f}", f"{1000 * step.median:.0f}", f"{1000 * step.p95:.0f}", step.failed, _cpu(step.cpu)]
        for name, steps in zip(("ours", "stock"), found.steps, strict=True)
        for step in steps
    ]
    return f"## At growing rates\n\n{mix}\n\n{table(head, rows)}\n\n![95 % by rate](images/bench-rates.png)"


def _cpu(spent: Mapping[str, float]) -> str:
    parts = ", ".join(f"{name} {cost:.1f}" for name, cost in sorted(spent.items(), key=lambda item: -item[1]))
    return parts if len(spent) == 1 else f"{sum(spent.values()):.1f}: {parts}"


def _memory(found: Figures) -> str:
    rows = [[name, f"{before:.0f}", f"{found.memory_after[name]:.0f}"] for name, before in sorted(found.memory.items())]
    rows.append(["all", f"{sum(found.memory.values()):.0f}", f"{sum(found.memory_after.values()):.0f}"])
    rows.append(["stock, after its long conversation", "–", f"{found.stock_memory:.0f}"])
    return "## Memory\n\n" + table(["process", "ready, MB", "after the load, MB"], rows)


def _replaced(found: Figures) -> str:
    return "## Another model under load\n\n" + found.replaced.sentence()
