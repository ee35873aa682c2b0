"""The report's three pictures."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

from bench.measures import Bin

matplotlib.use("Agg")
from matplotlib import pyplot as plt

Point = tuple[float, float, float]
DPI = 100


def draw_reliability(bins: Sequence[Bin], error: float, path: Path) -> None:
    """How often the likeliest intent is right, for each stretch of confidence."""
    figure, axes = plt.subplots(figsize=(6, 5))
    rows = sum(part.count for part in bins)
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", label="perfect")
    axes.bar(
        [part.confidence for part in bins],
        [part.count / rows for part in bins],
        width=0.05,
        color="0.85",
        label="share of sentences",
    )
    axes.plot(
        [part.confidence for part in bins],
        [part.accuracy for part in bins],
        marker="o",
        label=f"model, ECE {error:.3f}",
    )
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence of the likeliest intent", ylabel="share that is right")
    axes.legend(loc="upper left")
    _save(figure, path)


def draw_rejection(unseen: Sequence[Point], dev: Sequence[Point], threshold: float, path: Path) -> None:
    """What each threshold would turn away and let through: rows (threshold, false reject, false accept)."""
    figure, axes = plt.subplots(figsize=(7, 5))
    for points, style, where in ((unseen, "-", "training rows, cross-validated"), (dev, "--", "dev")):
        for column, colour, what in ((1, "tab:red", "requests turned away"), (2, "tab:blue", "the rest acted on")):
            axes.plot(
                [row[0] for row in points],
                [row[column] for row in points],
                color=colour,
                linestyle=style,
                label=f"{what}: {where}",
            )
    axes.axvline(threshold, color="black", linewidth=1, label=f"learnt threshold {threshold:.2f}")
    axes.set(xlim=(0, 0.8), ylim=(0, 0.5), xlabel="threshold", ylabel="share")
    axes.legend(fontsize=8)
    _save(figure, path)


def draw_confusion(names: Sequence[str], matrix: Sequence[Sequence[int]], path: Path) -> None:
    """Rows: labels; columns: what the bot acted on. Colours by share of the row, numbers are sentences."""
    shares = [[cell / max(1, sum(row)) for cell in row] for row in matrix]
    figure, axes = plt.subplots(figsize=(10, 9))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for y, row in enumerate(matrix):
        for x, cell in enumerate(row):
            if cell:
                colour = "white" if shares[y][x] > 0.6 else "black"
                axes.text(x, y, str(cell), ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=8)
    axes.set_yticks(range(len(matrix)), names[: len(matrix)], fontsize=8)
    axes.set(xlabel="acted on", ylabel="label")
    _save(figure, path)


def _save(figure: "plt.Figure", path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=DPI)
    plt.close(figure)


def draw_waiting(waits: Mapping[str, Sequence[float]], path: Path) -> None:
    """How long customers of each class waited for a person, as the share served within so many seconds."""
    figure, axes = plt.subplots(figsize=(8, 5))
    for name, seconds in waits.items():
        if seconds:
            ordered = sorted(seconds)
            share = [(number + 1) / len(ordered) for number in range(len(ordered))]
            axes.step(ordered, share, where="post", label=f"{name} ({len(ordered)})")
    axes.set(xlabel="seconds until an agent's yes", ylabel="share served", ylim=(0, 1.02))
    axes.set_xlim(left=0)
    axes.legend(loc="lower right")
    _save(figure, path)


def draw_turns(talks: Mapping[str, Sequence[float]], path: Path) -> None:
    """Seconds of each turn of one conversation, as medians over ten turns."""
    figure, axes = plt.subplots(figsize=(8, 4.5))
    for name, seconds in talks.items():
        tens = [sorted(seconds[at : at + 10])[5] for at in range(0, len(seconds) - 9, 10)]
        axes.plot([10 * at + 5 for at in range(len(tens))], [1000 * ten for ten in tens], label=name)
    axes.set(xlabel="turn of the conversation", ylabel="ms a turn, median of ten")
    axes.set_ylim(bottom=0)
    axes.legend()
    _save(figure, path)


def draw_rates(steps: Mapping[str, Sequence[tuple[float, float]]], slow: float, path: Path) -> None:
    """The time within which 95 of 100 answers came (seconds), by turns a second."""
    figure, axes = plt.subplots(figsize=(8, 4.5))
    for name, points in steps.items():
        axes.plot([rate for rate, _ in points], [1000 * p95 for _, p95 in points], marker="o", label=name)
    axes.axhline(1000 * slow, color="0.6", linestyle="--", label=f"{1000 * slow:.0f} ms")
    axes.set(xlabel="turns a second", ylabel="95 % answered within, ms", yscale="log")
    axes.legend()
    _save(figure, path)
