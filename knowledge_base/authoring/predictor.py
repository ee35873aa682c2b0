"""What a model understands: `python -m bot.predict` in a process of its own, since Rasa stays out of this one.

One that is asked again and again is held until nobody has asked for some minutes; many texts at once get one that ends.
"""

import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from common.settings import ROOT

logger = logging.getLogger(__name__)

Prediction = dict[str, Any]

IDLE_SECONDS = 600.0
# Held at once: the live model's and one draft's. Each takes about 400 MB.
MOST = 2
# A text takes some milliseconds; a process that needs longer hangs.
ANSWER_SECONDS = 10.0
START_SECONDS = 120.0
# Trying and training both go behind customers.
NICE = 5
# The libraries under Rasa: no telemetry, no start-up noise, one thread.
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
}


class Failed(Exception):
    """The process ended, or hung, before it answered; the message is the tail of what it printed."""


class Predictor:
    """A running `bot.predict --each`; it ends with this process, since its input does."""

    def __init__(self, model: Path) -> None:
        self.model = model
        self.used = time.monotonic()
        self._ready = threading.Event()
        self._lines: queue.SimpleQueue[Prediction | None] = queue.SimpleQueue()
        self._noise: list[str] = []
        self._asking = threading.Lock()
        self._process = _start(model, "--each")
        for name, work in (("answers", self._read), ("noise", self._listen)):
            threading.Thread(target=work, name=f"predictor-{name}", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether it has loaded the model and answers at once."""
        return self._ready.is_set() and self.alive

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def wait(self, seconds: float = START_SECONDS) -> bool:
        """Whether it is ready within some seconds. Raises Failed when it ended instead."""
        ends = time.monotonic() + seconds
        while not self._ready.wait(0.1):
            if not self.alive:
                raise Failed(self.tail())
            if time.monotonic() > ends:
                return False
        return True

    def predict(self, text: str) -> Prediction:
        """What the model makes of a text. Raises Failed."""
        if not self.wait():
            raise Failed(self.tail())
        with self._asking:
            self.used = time.monotonic()
            try:
                _write(self._process, " ".join(text.splitlines()) or " ")
                found = self._lines.get(timeout=ANSWER_SECONDS)
            except (OSError, queue.Empty):
                found = None
            if found is None:
                # An answer that comes later would be taken for that of the next text.
                self.end()
                raise Failed(self.tail())
            return found

    def tail(self) -> str:
        """The last lines that it printed beside its answers."""
        return "\n".join(self._noise)

    def end(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.wait()
        _close(self._process)

    def _read(self) -> None:
        with suppress(ValueError):  # closed meanwhile
            for line in _stream(self._process.stdout):
                found = _parsed(line)
                if found is not None and found.get("ready"):
                    self._ready.set()
                elif found is not None:
                    self._lines.put(found)
        self._lines.put(None)

    def _listen(self) -> None:
        with suppress(ValueError):
            for line in _stream(self._process.stderr):
                self._noise.append(line.rstrip())
                del self._noise[:-40]


class Predictors:
    """The held ones, by model: made when asked for, ended when idle or pushed out."""

    def __init__(self, most: int = MOST, idle_seconds: float = IDLE_SECONDS) -> None:
        self._most = most
        self._idle_seconds = idle_seconds
        self._held: dict[Path, Predictor] = {}
        self._lock = threading.Lock()

    def of(self, model: Path) -> Predictor:
        """The one of a model, which may not be ready yet; the one that was used longest ago makes room for it."""
        with self._lock:
            found = self._held.get(model)
            if found is None or not found.alive:
                if found is None and len(self._held) >= self._most:
                    self._end(min(self._held, key=lambda path: self._held[path].used))
                found = self._held[model] = Predictor(model)
            found.used = time.monotonic()
            return found

    def sweep(self) -> bool:
        """Ends those that nobody has asked for a while, and forgets the dead. Always False: no more to do now."""
        now = time.monotonic()
        with self._lock:
            for model, one in list(self._held.items()):
                if not one.alive or now - one.used > self._idle_seconds:
                    self._end(model)
        return False

    def close(self) -> None:
        """Ends all."""
        with self._lock:
            for model in list(self._held):
                self._end(model)

    def _end(self, model: Path) -> None:
        self._held.pop(model).end()


def predicted(model: Path, texts: Sequence[str], check: Callable[[], None] = lambda: None) -> list[Prediction]:
    """What a model makes of many texts, in their order; about 10 s, and a second for 800 of them.

    `check` is called each half second and may raise, which ends the process. Raises Failed.
    """
    if not texts:
        return []
    process = _start(model)
    lines: dict[str, list[str]] = {"stdout": [], "stderr": []}
    readers = [
        threading.Thread(target=lambda name=name: lines[name].extend(_stream(getattr(process, name))), daemon=True)
        for name in lines
    ]
    feeder = threading.Thread(target=_feed, args=(process, texts), daemon=True)
    for thread in (*readers, feeder):
        thread.start()
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
                break
            check()
    finally:
        process.kill()
        process.wait()
        for thread in (*readers, feeder):
            thread.join()
        _close(process)
    found = [one for one in map(_parsed, lines["stdout"]) if one is not None]
    if process.returncode or len(found) != len(texts):
        raise Failed("".join(lines["stderr"][-40:]))
    return found


def _close(process: "subprocess.Popen[str]") -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        with suppress(OSError):
            _stream(stream).close()


def _feed(process: "subprocess.Popen[str]", texts: Sequence[str]) -> None:
    with suppress(OSError, ValueError):
        for text in texts:
            _write(process, " ".join(text.splitlines()) or " ")
        if process.stdin is not None:
            process.stdin.close()


def _start(model: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  (our own module, and a path of our own)
        ["nice", "-n", str(NICE), sys.executable, "-m", "bot.predict", "--model", str(model), *options],  # noqa: S607
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _write(process: "subprocess.Popen[str]", line: str) -> None:
    if process.stdin is not None:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # all three are pipes
    return stream


def _parsed(line: str) -> Prediction | None:
    """What a line tells; None for one that a library printed."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and {"intent", "ready"} & found.keys() else None
