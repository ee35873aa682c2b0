"""A draft as a folder that Rasa can train, and its model, kept by the hash of all that a model is made from."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from common.settings import ROOT, settings
from knowledge_base.authoring.predictor import ENVIRONMENT

ARCHIVE = "wanhao.tar.gz"
DOMAIN = "domain.yml"
DATA = "bot/data"
# Models of drafts that are kept: some editors at work, and what they trained before.
KEPT = 6
NICE = 10
TAIL_LINES = 40
# What Rasa says when a part of the work begins, how far it is then, and the seconds that the part takes.
STAGES = (
    ("", 1, 25.0),
    ("Starting to train component 'CharacterNgramFeaturizer'", 45, 5.0),
    ("Starting to train component 'IntentClassifier'", 52, 30.0),
    ("Finished training component 'IntentClassifier'", 90, 5.0),
    ("Your Rasa model is trained", 100, 1.0),
)

Texts = Mapping[str, str]
# Told how far the training is (0 to 100), and lines of its output; the former may raise, which ends the training.
Progress = Callable[[int], None]
Line = Callable[[str], None]


class TrainingFailed(Exception):
    """Rasa could not train; the message is the tail of what it printed."""


def model_inputs(texts: Texts) -> dict[str, str]:
    """Of a project's texts by path those that a model is made from."""
    return {path: text for path, text in texts.items() if path == DOMAIN or path.startswith(f"{DATA}/")}


def model_hash(texts: Texts, root: Path = ROOT) -> str:
    """SHA-256, in hex, of all that a model is made from: these texts, the pipeline and its components' code."""
    digest = hashlib.sha256()
    code = [root / "config.yml", *sorted((root / "bot/nlu").rglob("*.py")), *sorted((root / "language").rglob("*"))]
    for path in code:
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    for name, text in sorted(model_inputs(texts).items()):
        digest.update(f"{name}\0{len(text.encode())}\0{text}".encode())
    return digest.hexdigest()


def materialise(texts: Texts, folder: Path) -> Path:
    """Writes a project's texts below a folder, and nothing else stays there; the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def model_of(texts: Texts) -> Path:
    """Where the model of these texts is, or would be."""
    return settings().drafts_dir / model_hash(texts)[:16] / ARCHIVE


def live_model(texts: Texts, progress: Progress = lambda _: None, root: Path = ROOT) -> Path:
    """The model that customers have, where one is in place; else that of the project's texts. Raises TrainingFailed."""
    placed = placed_model(root)
    return placed if placed.is_file() else train(texts, progress)


def placed_model(root: Path = ROOT) -> Path:
    """Where the model that customers have is, if there is one."""
    return root / "models" / ARCHIVE


def train(texts: Texts, progress: Progress = lambda _: None, line: Line = lambda _: None) -> Path:
    """The model of these texts, trained unless it is there. The same as `rasa train` makes of the same files.

    `progress` is called at least each half second. Raises TrainingFailed.
    """
    archive = model_of(texts)
    folder = archive.parent
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder, progress) as lock:
        if not archive.is_file():
            project = materialise(model_inputs(texts), folder / "project")
            _run(project, folder / "next", lock, progress, line)
            (folder / "next" / ARCHIVE).replace(archive)
            shutil.rmtree(folder / "next")
        os.utime(folder)
    _prune(folder)
    return archive


@contextmanager
def _alone(folder: Path, progress: Progress) -> Iterator[int]:
    """One training of a folder at a time: the lock passes to the training itself, which may outlive a killed author."""
    with (folder / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                progress(0)
                time.sleep(0.5)
        yield lock.fileno()


def _run(project: Path, made: Path, lock: int, progress: Progress, line: Line) -> None:
    files = ("--data", str(project / DATA), "--domain", str(project / DOMAIN), "--config", "config.yml")
    options = ("--out", str(made), "--fixed-model-name", ARCHIVE.removesuffix(".tar.gz"), "--skip-validation")
    shutil.rmtree(made, ignore_errors=True)
    process = subprocess.Popen(  # noqa: S603  (Rasa, and paths of our own)
        ["nice", "-n", str(NICE), sys.executable, "-m", "rasa", "train", *files, *options],  # noqa: S607
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        pass_fds=(lock,),
    )
    output: list[str] = []
    reader = threading.Thread(target=_read, args=(process, output, line), daemon=True)
    reader.start()
    try:
        _watch(process, output, progress)
    finally:
        process.kill()
        process.wait()
        reader.join()
        if process.stdout is not None:
            process.stdout.close()
    if process.returncode or not (made / ARCHIVE).is_file():
        raise TrainingFailed("\n".join(output[-TAIL_LINES:]))


def _read(process: "subprocess.Popen[str]", output: list[str], line: Line) -> None:
    for printed in process.stdout or ():
        text = printed.rstrip()
        if text:
            output.append(text)
            line(text)


def _watch(process: "subprocess.Popen[str]", output: list[str], progress: Progress) -> None:
    stage, began = 0, time.monotonic()
    while process.poll() is None:
        while stage + 1 < len(STAGES) and any(STAGES[stage + 1][0] in text for text in list(output)):
            stage, began = stage + 1, time.monotonic()
        _, percent, seconds = STAGES[stage]
        ends = STAGES[min(stage + 1, len(STAGES) - 1)][1]
        # Slower and slower towards the next stage's beginning, which it never passes.
        part = 1.0 - 0.5 ** (2 * (time.monotonic() - began) / seconds)
        progress(percent + int((ends - percent) * part))
        time.sleep(0.5)


def _prune(kept: Path) -> None:
    """Forgets the models that were used longest ago."""
    folders = sorted(
        (path for path in settings().drafts_dir.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime
    )
    for old in folders[:-KEPT]:
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
