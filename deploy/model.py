"""The trained model: made when there is none, or when what it is made from has changed."""

import os
import shutil
import sys
from pathlib import Path

from deploy.processes import RASA_ENVIRONMENT
from deploy.stamps import digest, leave, matches
from deploy.steps import ROOT, step

NAME = "wanhao"
MODELS = ROOT / "models"
CACHE = ROOT / "var" / "models"
CACHE_SIZE = 3


def data_hash(root: Path = ROOT) -> str:
    """The hash of all that a model is made from: data, domain, config, the components' code, Rasa's version."""
    components = [path for path in sorted((root / "bot").iterdir()) if path.is_dir()]
    sources = [root / "config.yml", root / "domain.yml", *components, root / "language"]
    lock = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return digest(sources, root, salt=next(line for line in lock if line.startswith("rasa==")))


def is_current(models: Path, value: str) -> bool:
    """Whether the folder holds a model made from what ``value`` is the hash of."""
    return (models / f"{NAME}.tar.gz").is_file() and matches(models / f"{NAME}.hash", value)


def ensure(models: Path = MODELS) -> None:
    """Trains into ``models`` unless a current model is there."""
    value = data_hash()
    if is_current(models, value):
        return
    files = ("--data", "bot/data", "--domain", "domain.yml", "--config", "config.yml")
    # `make check` validates the data; doing it at each training would cost a quarter of its time.
    options = ("--out", str(models), "--fixed-model-name", NAME, "--skip-validation")
    argv = [sys.executable, "-m", "rasa", "train", *files, *options]
    step("Training the model (takes about a minute)", argv, "train", env={**os.environ, **RASA_ENVIRONMENT})
    leave(models / f"{NAME}.hash", value)


def cached() -> Path:
    """A folder with a current model: ``models/`` itself, or one of the few newest below ``var/models``."""
    value = data_hash()
    if is_current(MODELS, value):
        return MODELS
    folder = CACHE / value[:16]
    folder.mkdir(parents=True, exist_ok=True)
    ensure(folder)
    os.utime(folder)
    for old in sorted(CACHE.iterdir(), key=lambda path: path.stat().st_mtime)[:-CACHE_SIZE]:
        shutil.rmtree(old)
    return folder
