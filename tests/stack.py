"""The product as real processes on free ports, for the tests that need it whole."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy import model, readiness
from deploy.ports import Ports
from deploy.processes import Process, environment, processes
from deploy.steps import ROOT, tail

START_SECONDS = 120
# Each process ends this soon after SIGTERM.
STOP_SECONDS = 5


class Stack:
    """Every process of the product over one temporary ``var`` folder, and means to hurt them."""

    def __init__(self, var: Path) -> None:
        """Chooses ports and databases; nothing runs before :meth:`start`."""
        self.var = var
        self.secret = secrets.token_urlsafe(48)
        self.ports = Ports.free()
        given = {key: value for key, value in os.environ.items() if not key.startswith(("WANHAO_", "SANDBOX_"))}
        self.env = environment(self.ports, var, given) | {"WANHAO_SECRET": self.secret}
        self.desk = self.ports.url("desk")
        self.rasa = self.ports.url("rasa")
        self.actions = self.ports.url("actions")
        self.sandbox = self.ports.url("sandbox")
        self._listed: dict[str, Process] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Trains unless there is a current model, migrates, starts all at once and waits until all answer."""
        listed = processes(self.ports, models=model.cached())
        self._listed = {process.name: process for process in listed}
        (self.var / "log").mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "deploy", "migrate"], cwd=ROOT, env=self.env, check=True)
        for name in self._listed:
            self._start(name)
        self._wait(list(self._listed), START_SECONDS)

    def _start(self, name: str) -> None:
        process = self._listed[name]
        with self._log(name).open("ab") as output:
            self._running[name] = subprocess.Popen(
                process.argv,
                cwd=ROOT,
                env=self.env | process.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that a signal reaches all that it started
            )

    def _log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal (SIGKILL, SIGTERM, SIGSTOP, SIGCONT) to a process; one that ends it is waited for."""
        os.killpg(self._running[name].pid, number)
        if number in {signal.SIGKILL, signal.SIGTERM}:
            self._running[name].wait(3 * STOP_SECONDS)

    def restart(self, name: str, seconds: float = START_SECONDS) -> None:
        """Starts a process anew, ending it first if it runs or hangs, and waits until it answers."""
        self._end([name])
        self._start(name)
        self.wait_ready(name, seconds)

    def wait_ready(self, name: str, seconds: float = START_SECONDS) -> None:
        """Waits until a process answers as ready."""
        self._wait([name], seconds)

    def _wait(self, names: list[str], seconds: float) -> None:
        urls = {name: ready for name in names if (ready := self._listed[name].ready)}
        try:
            for _ in readiness.wait(urls, seconds, lambda: self._dead(names)):
                pass
        except readiness.NotReady as failure:
            raise AssertionError(f"{failure}\n{tail(self._log(failure.name), 40)}") from None

    def _dead(self, names: list[str]) -> str | None:
        return next((name for name in names if self._running[name].poll() is not None), None)

    def alive(self, name: str) -> bool:
        """Whether the process runs (a stopped one counts as running)."""
        return self._running[name].poll() is None

    def logs(self, name: str) -> str:
        """All that a process has printed in this run, over its restarts."""
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Ends every process, SIGTERM first; whatever has failed before."""
        self._end(list(self._running))

    def _end(self, names: list[str]) -> None:
        running = [self._running[name] for name in names]
        for number in (signal.SIGCONT, signal.SIGTERM):
            for process in running:
                _signal(process, number)
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _signal(process, signal.SIGKILL)  # also what a process has left behind
            process.wait()


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


@contextmanager
def running_stack(var: Path) -> Iterator[Stack]:
    """A started stack, stopped at the end of the block."""
    stack = Stack(var)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
