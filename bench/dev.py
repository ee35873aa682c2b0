"""Real callers' sentences and their scorer. They lie outside the project and stay there: only figures come back."""

import csv
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measures import FALLBACK, Judged
from bench.timing import environment
from common.settings import ROOT
from deploy.steps import Problem

VARIABLE = "NLU_DEV"
DEFAULT = ROOT.parent / "shared" / "nlu_dev"
MISSING = f"{VARIABLE} names no folder with dev_intents.tsv, dev_ambiguous.tsv and score.py"

Prediction = dict[str, Any]


@dataclass(frozen=True)
class Dev:
    """The folder of the sentences."""

    folder: Path

    @property
    def files(self) -> tuple[Path, Path, Path]:
        """Scorer, sentences with one right intent, sentences with several."""
        return self.folder / "score.py", self.folder / "dev_intents.tsv", self.folder / "dev_ambiguous.tsv"

    def texts(self) -> list[str]:
        """Every distinct text."""
        return list(dict.fromkeys(row["text"] for path in self.files[1:] for row in _rows(path)))

    def score(self, predictions: Path) -> dict[str, Any]:
        """The scorer's figures for a file of predictions."""
        argv = [sys.executable, *map(str, (self.files[0], predictions, *self.files[1:])), "--json"]
        output = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
        figures: dict[str, Any] = json.loads(output)
        return figures

    def judge(self, predictions: Sequence[Prediction], without: Container[str] = ()) -> list[Judged]:
        """Each sentence that has one right intent; bases and merged labels are the scorer's."""
        scorer = self._scorer()
        gold = _rows(self.files[1])
        labels = {row["intent"] for row in gold}
        predicted = {prediction["text"]: prediction for prediction in predictions}
        return [
            Judged(
                scorer.ONE.get(row["intent"], row["intent"]),
                scorer.base(predicted[row["text"]]["intent"], labels),
                scorer.base(leader["name"], labels),
                leader["confidence"],
            )
            for row in gold
            if row["text"] not in without
            for leader in [_leader(predicted[row["text"]])]
        ]

    def _scorer(self) -> Any:
        spec = importlib.util.spec_from_file_location("nlu_dev_score", self.files[0])
        if spec is None or spec.loader is None:
            raise ImportError(MISSING)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def find() -> Dev | None:
    """The sentences, if they are there."""
    dev = Dev(Path(os.environ.get(VARIABLE) or DEFAULT))
    return dev if all(path.is_file() for path in dev.files) else None


def predict(model: Path, texts: Sequence[str], output: Path) -> list[Prediction]:
    """What `python -m bot.predict` says of the texts, kept in a file, too."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("w", encoding="utf-8") as file:
        ended = subprocess.run(
            [sys.executable, "-m", "bot.predict", "--model", str(model)],
            input="".join(f"{text}\n" for text in texts),
            stdout=file,
            stderr=subprocess.PIPE,  # libraries under Rasa warn a lot
            cwd=ROOT,
            env=environment(),
            text=True,
            encoding="utf-8",
            check=False,
        )
    if ended.returncode:
        raise Problem(f"bot.predict failed (exit {ended.returncode})", ended.stderr[-2000:])
    return read(output)


def read(path: Path) -> list[Prediction]:
    """The predictions of a file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _leader(prediction: Prediction) -> dict[str, Any]:
    leader: dict[str, Any] = next(row for row in prediction["ranking"] if row["name"] != FALLBACK)
    return leader


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))
