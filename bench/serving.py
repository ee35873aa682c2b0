"""The Rasa server as the product starts it: time until it is ready, and its memory then."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
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


def serve(archive: Path) -> Served:
    """Starts the server with a model on a free port and databases of its own, and stops it."""
    with tempfile.TemporaryDirectory(prefix="bench-serving-") as name:
        ports = Ports.free()
        given = {key: value for key, value in os.environ.items() if not key.startswith(("WANHAO_", "SANDBOX_"))}
        env = environment(ports, Path(name), given) | {
            "WANHAO_SECRET": secrets.token_urlsafe(48),
            "PYTHONWARNINGS": "ignore",
        }
        subprocess.run([sys.executable, "-m", "deploy", "migrate"], cwd=ROOT, env=env, check=True)
        rasa = next(process for process in processes(ports, models=archive) if process.name == "rasa")
        before, start = load(), monotonic()
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
            return Served(monotonic() - start, resident_mb(server.pid), (before, load()))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)
