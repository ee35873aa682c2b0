"""The product's processes as they are started, or the stock server, each ready and with what it costs."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from bench.probe import resident_mb
from bench.timing import environment as rasa_environment
from bench.timing import load
from common.settings import ROOT, settings
from deploy import readiness
from deploy.ports import Ports
from deploy.processes import Process, environment, processes

SECONDS = 180
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """Seconds from process start to ready, MB of resident memory then, and the one-minute load before and after."""

    ready: float
    memory: float
    load: tuple[float, float]


@dataclass(frozen=True)
class Running:
    """Processes that are ready: their ids and addresses by name, the product's environment, seconds of their start."""

    pids: Mapping[str, int]
    urls: Mapping[str, str]
    env: Mapping[str, str]
    seconds: float

    def cpu(self) -> dict[str, float]:
        """Seconds on the processors so far, by name."""
        return {name: process_seconds(pid) for name, pid in self.pids.items()}

    def memory(self) -> dict[str, float]:
        """Resident MB, by name."""
        return {name: resident_mb(pid) for name, pid in self.pids.items()}


@contextmanager
def running(archive: Path, names: Sequence[str] = ("rasa",)) -> Iterator[Running]:
    """Some of the product's processes on free ports, started at once with a model, with databases of their own."""
    with tempfile.TemporaryDirectory(prefix="bench-serving-") as folder:
        ports = Ports.free()
        given = {key: value for key, value in os.environ.items() if not key.startswith(("WANHAO_", "SANDBOX_"))}
        env = environment(ports, Path(folder), given) | {
            "WANHAO_SECRET": settings().secret.get_secret_value(),
            "PYTHONWARNINGS": "ignore",
            # One machine plays all customers.
            "WANHAO_MESSAGES_A_MINUTE": "100000",
            "WANHAO_CONVERSATIONS_A_MINUTE": "100000",
        }
        subprocess.run([sys.executable, "-m", "deploy", "migrate"], cwd=ROOT, env=env, check=True)
        listed = [process for process in processes(ports, models=archive) if process.name in names]
        urls = {process.name: ports.url(process.name) for process in listed}
        with _started(listed, env, Path(folder), urls) as up:
            yield up


@contextmanager
def stock_running(archive: Path) -> Iterator[Running]:
    """`rasa run` with a stock model, its REST channel and its tracker store in memory."""
    with tempfile.TemporaryDirectory(prefix="bench-stock-") as folder:
        port = Ports.free().rasa
        credentials, endpoints = Path(folder, "credentials.yml"), Path(folder, "endpoints.yml")
        credentials.write_text("rest:\n")
        endpoints.write_text("")
        argv = ("-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(port), "--model", str(archive))
        files = ("--credentials", str(credentials), "--endpoints", str(endpoints))
        url = f"http://127.0.0.1:{port}"
        stock = Process("stock", (sys.executable, *argv, *files), f"{url}/webhooks/rest/")
        with _started([stock], rasa_environment(), Path(folder), {"stock": url}) as up:
            yield up


@contextmanager
def _started(
    listed: Sequence[Process], env: Mapping[str, str], folder: Path, urls: Mapping[str, str]
) -> Iterator[Running]:
    start = monotonic()
    servers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for process in listed:
            with (folder / f"{process.name}.log").open("wb") as log:
                servers[process.name] = subprocess.Popen(
                    process.argv,
                    cwd=ROOT,
                    env={**env, **process.env},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        ready = {process.name: str(process.ready) for process in listed}
        for _ in readiness.wait(ready, SECONDS, lambda: _gone(servers)):
            pass
        yield Running({name: server.pid for name, server in servers.items()}, urls, env, monotonic() - start)
    finally:
        for server in servers.values():
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
        for server in servers.values():
            server.wait(30)


def _gone(servers: Mapping[str, "subprocess.Popen[bytes]"]) -> str | None:
    return next((name for name, server in servers.items() if server.poll() is not None), None)


def process_seconds(pid: int) -> float:
    """Seconds that a process has had on the processors."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def serve(archive: Path) -> Served:
    """Starts the Rasa server, and stops it when it is ready."""
    before = load()
    with running(archive) as up:
        return Served(up.seconds, up.memory()["rasa"], (before, load()))
