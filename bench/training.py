"""Trainings to measure: ours from nothing, and the stock pipeline once for each state of the data."""

import json
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from bench.stock_project import EPOCHS, intents, sources, write
from bench.timing import Spent, environment, spend
from common.settings import ROOT
from deploy.stamps import digest
from deploy.steps import say

VAR = ROOT / "var" / "bench"
KEPT = 2


@dataclass(frozen=True)
class Trained:
    """A model's archive and what its training took; for the stock pipeline also how many epochs that were."""

    archive: Path
    spent: Spent
    epochs: int = 0


def train_ours(name: str) -> Trained:
    """Trains NLU and rules by force, with a cache of its own, so that nothing is reused."""
    folder = VAR / "ours"
    argv = ["-m", "rasa", "train", "--force", "--data", "bot/data", "--domain", "domain.yml", "--config", "config.yml"]
    argv.append("--skip-validation")  # as the launcher does; `make check` validates
    return Trained(folder / f"{name}.tar.gz", _train([sys.executable, *argv], folder, name))


def stock_folder(epochs: int = EPOCHS) -> Path:
    """Where the stock model of the present sentences and lookup tables is kept, with all that was measured of it."""
    return VAR / "stock" / digest(sources(), ROOT, salt=f"{version('rasa')} {epochs} {' '.join(intents())}")[:16]


def is_current(trained: Trained) -> bool:
    """Whether a stock model was made from the present data."""
    return trained.archive.parent == stock_folder(trained.epochs)


def stock(epochs: int = EPOCHS) -> Trained:
    """The stock model of the present data: trained with low priority unless it is there already."""
    folder = stock_folder(epochs)
    facts = folder / "training.json"
    if not facts.is_file():
        say("  ...     training the stock pipeline, once for each state of the data: this can take hours")
        files = write(folder / "project", epochs)
        argv = ["-m", "rasa", "train", "--force", "--skip-validation", *files]
        spent = _train(["nice", "-n", "10", sys.executable, *argv], folder, "stock")
        facts.write_text(json.dumps(asdict(spent)), "utf-8")
        _forget_old(folder.parent)
    kept = json.loads(facts.read_text("utf-8"))
    return Trained(folder / "stock.tar.gz", Spent(kept["wall"], kept["cpu"], tuple(kept["load"])), epochs)


def _train(argv: list[str], folder: Path, name: str) -> Spent:
    with tempfile.TemporaryDirectory(prefix="rasa-cache-") as cache:
        return spend(
            [*argv, "--out", str(folder), "--fixed-model-name", name],
            ROOT / "var" / "log" / f"bench-train-{name}.log",
            environment(RASA_CACHE_DIRECTORY=cache),
        )


def _forget_old(folder: Path) -> None:
    for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)
