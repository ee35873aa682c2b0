"""The Rasa server as the product starts it: time until it is ready, and its memory then."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from bench.probe import resident_mb
from bench.timing import load
from common.settings import ROOT
from deploy import readiness
from deploy.ports import Ports
from deploy.processes import environment, processes

SECONDS = 180


@dataclass(frozen=True)
class Served:
    """Seconds from process start to ready, MB of resident memory then, and the one-minute load before and after."""

    ready: float
    memory: float
    load: tuple[float, float]


@contextmanager
def running(archive: Path) -> Iterator[tuple["subprocess.Popen[bytes]", dict[str, str], float]]:
    """The server with a model, ready, with databases of its own: process, environment, seconds that its start took."""
    with tempfile.TemporaryDirectory(prefix="bench-serving-") as name:
        ports = Ports.free()
        given = {key: value for key, value in os.environ.items() if not key.startswith(("WANHAO_", "SANDBOX_"))}
        env = environment(ports, Path(name), given) | {
            "WANHAO_SECRET": secrets.token_urlsafe(48),
            "PYTHONWARNINGS": "ignore",
        }
        subprocess.run([sys.executable, "-m", "deploy", "migrate"], cwd=ROOT, env=env, check=True)
        rasa = next(process for process in processes(ports, models=archive) if process.name == "rasa")
        start = monotonic()
        with (Path(name) / "rasa.log").open("wb") as log:
            server = subprocess.Popen(
                rasa.argv,
                cwd=ROOT,
                env={**env, **rasa.env},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            urls = {"rasa": str(rasa.ready)}
            for _ in readiness.wait(urls, SECONDS, lambda: "rasa" if server.poll() is not None else None):
                pass
            yield server, env, monotonic() - start
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def serve(archive: Path) -> Served:
    """Starts the server, and stops it when it is ready."""
    before = load()
    with running(archive) as (server, _, seconds):
        return Served(seconds, resident_mb(server.pid), (before, load()))
