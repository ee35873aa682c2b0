"""Time of child processes, with the machine's load beside it: a figure from a busy machine says so."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from common.settings import ROOT
from deploy.processes import RASA_ENVIRONMENT
from deploy.steps import Problem, tail


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock and on the processors; the machine's one-minute load when it began and when it ended."""

    wall: float
    cpu: float
    load: tuple[float, float]


def load() -> float:
    """The one-minute load average."""
    return os.getloadavg()[0]


def environment(**more: str) -> dict[str, str]:
    """What the product's Rasa runs with; libraries under it warn at every import."""
    return {**os.environ, **RASA_ENVIRONMENT, "PYTHONWARNINGS": "ignore", **more}


def spend(argv: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None) -> Spent:
    """Runs a command to its end, output in a log. CPU counts its own children too. Raises `Problem` if it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    before, start = load(), monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in argv],
            cwd=ROOT,
            env=dict(env or environment()),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = monotonic() - start
    if process.returncode:
        raise Problem(f"{Path(str(argv[0])).name} failed (exit {process.returncode}), see {log}", tail(log))
    return Spent(wall, usage.ru_utime + usage.ru_stime, (before, load()))
