"""Long steps: a command with its output in a log file and its elapsed seconds on the screen."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "var" / "log"
# Seconds between two signs of life where the screen cannot be rewritten (a pipe, a CI log).
QUIET_SECONDS = 20


class Problem(Exception):
    """What stops us: a sentence for the person who started us, saying what to do, and maybe lines of a log."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.details = details

    def show(self) -> None:
        """Prints it on stderr, the details first: the sentence is what should be read."""
        if self.details:
            print(self.details, file=sys.stderr)
        print(self, file=sys.stderr)


def say(line: str) -> None:
    """A line on the screen, at once."""
    print(line, flush=True)


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log, indented."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 400 * lines))
        text = file.read().decode("utf-8", "replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def step(
    title: str, argv: Sequence[str | Path], log: str, *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> None:
    """Runs a command to its end; its output goes to ``var/log/<log>.log``. Raises :class:`Problem` if it fails."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in argv],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what the command starts can be stopped with it
        )
    try:
        seconds = _watch(title, process)
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        raise Problem(f"{title} failed (exit {process.returncode}): the whole output is in {path}", tail(path))
    _line(f"  done    {title}, {seconds:.0f} s", end="\n")


def _watch(title: str, process: "subprocess.Popen[bytes]") -> float:
    start = said = time.monotonic()
    _line(f"  ...     {title}", end="" if sys.stdout.isatty() else "\n")
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
            return time.monotonic() - start
        now = time.monotonic()
        if sys.stdout.isatty() or now - said >= QUIET_SECONDS:
            said = now
            _line(f"  ...     {title}, {now - start:.0f} s", end="" if sys.stdout.isatty() else "\n")


def _line(text: str, *, end: str) -> None:
    rewind = "\r\x1b[K" if sys.stdout.isatty() else ""
    print(rewind + text, end=end, flush=True)
