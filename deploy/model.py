"""The trained model: made when there is none, or when what it is made from has changed."""

import os
import shutil
import sys
from pathlib import Path

from deploy.processes import RASA_ENVIRONMENT
from deploy.stamps import digest, leave, matches
from deploy.steps import ROOT, Problem, step

NAME = "wanhao"
ARCHIVE = f"{NAME}.tar.gz"
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
    return (models / ARCHIVE).is_file() and matches(models / f"{NAME}.hash", value)


def ensure(models: Path = MODELS) -> bool:
    """Trains unless ``models`` holds a current model; whether it did. The former model is kept in ``previous``."""
    value = data_hash()
    if is_current(models, value):
        return False
    made = models / "next"
    files = ("--data", "bot/data", "--domain", "domain.yml", "--config", "config.yml")
    # `make check` validates the data; doing it at each training would cost a quarter of its time.
    options = ("--out", str(made), "--fixed-model-name", NAME, "--skip-validation")
    # A server that answers meanwhile goes first.
    argv = ["nice", "-n", "10", sys.executable, "-m", "rasa", "train", *files, *options]
    step("Training the model (takes about a minute)", argv, "train", env={**os.environ, **RASA_ENVIRONMENT})
    _put(made / ARCHIVE, models)
    leave(models / f"{NAME}.hash", value)
    return True


def adopt(archive: Path, models: Path = MODELS) -> None:
    """Puts an archive in place; done twice it changes nothing more.

    It is the model of the present data, unless the hash of other data lies beside it.
    """
    current = models / ARCHIVE
    if not (current.is_file() and current.samefile(archive)):
        copy = models / "next" / ARCHIVE
        copy.parent.mkdir(parents=True, exist_ok=True)
        _link(archive, copy)
        _put(copy, models)
    beside = archive.with_name(f"{NAME}.hash")
    leave(models / f"{NAME}.hash", beside.read_text(encoding="ascii").strip() if beside.is_file() else data_hash())


def give(place: str, archive: Path | None = None, models: Path = MODELS) -> None:
    """Has a place of Rasa load an archive (none: the model in place), whenever it starts, from a folder of its own.

    So a server that is started again after a crash loads what it had, whatever has been put in place meanwhile.
    """
    folder = models / place
    folder.mkdir(parents=True, exist_ok=True)
    _link(archive or models / ARCHIVE, folder / ARCHIVE)


def go_back(models: Path = MODELS) -> None:
    """Lets the former model and the present one change places. Raises :class:`Problem` if there is no former one.

    The former one counts as current until the data change, so that ``make run`` stays with it.
    """
    exchange(models)
    leave(models / f"{NAME}.hash", data_hash())


def exchange(models: Path) -> None:
    """As :func:`go_back`, but what is in place then is not current: the next ``make run`` trains anew."""
    former = models / "previous" / ARCHIVE
    if not former.is_file():
        raise Problem("There is no former model to go back to: put the data right and run this without --previous.")
    copy = models / "next" / ARCHIVE
    copy.parent.mkdir(exist_ok=True)
    _link(former, copy)
    _put(copy, models)


def _put(archive: Path, models: Path) -> None:
    """Moves an archive into place, without a moment in which a starting Rasa finds none; the one there is kept."""
    current, former = models / ARCHIVE, models / "previous" / ARCHIVE
    (models / f"{NAME}.hash").unlink(missing_ok=True)
    if current.is_file():
        former.parent.mkdir(exist_ok=True)
        _link(current, former)
    archive.replace(current)


def _link(source: Path, target: Path) -> None:
    """Makes `target` the same file as `source` (a copy on another disk), without a moment in which there is none."""
    beside = target.with_suffix(".new")
    beside.unlink(missing_ok=True)
    try:
        beside.hardlink_to(source)
    except OSError:
        shutil.copy(source, beside)
    beside.replace(target)


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
