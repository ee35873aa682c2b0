"""The supervisor over two small processes: one is killed and comes back, and in the end none is left."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy import readiness, supervisor
from deploy.ports import Ports
from deploy.processes import Process
from deploy.supervisor import Supervisor, configuration, session, socket_path

# A server with a child of its own that ignores SIGTERM, as a stubborn worker would.
SERVER = """
import http.server, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(99)"])
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def listed(folder: Path, code: str = SERVER) -> list[Process]:
    script = folder / "server.py"
    script.write_text(code)
    ports = Ports.free()
    return [
        Process(name, (sys.executable, str(script), str(getattr(ports, name))), ports.url(name), {"RATE": "50 %, 好"})
        for name in ("desk", "sandbox")
    ]


def urls(processes: list[Process]) -> dict[str, str]:
    return {process.name: process.ready for process in processes if process.ready}


def until(holds: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def processes(tmp_path: Path) -> list[Process]:
    return listed(tmp_path)


@pytest.fixture
def running(processes: list[Process], tmp_path: Path) -> Iterator[Supervisor]:
    started = Supervisor(processes, tmp_path, os.environ)
    try:
        for _ in readiness.wait(urls(processes), 20):
            pass
        yield started
    finally:
        started.stop()


def test_a_killed_process_is_started_again(running: Supervisor, processes: list[Process]) -> None:
    assert running.died() == []
    first = running.states()["desk"][1]
    os.kill(first, signal.SIGKILL)
    until(lambda: running.states()["desk"][1] not in {0, first})
    assert running.died() == ["desk"]
    assert running.died() == []
    assert {name for name, _ in readiness.wait(urls(processes), 15)} == {"desk", "sandbox"}


def test_a_process_can_be_stopped_and_started_by_order(running: Supervisor, tmp_path: Path) -> None:
    assert running.died() == []
    supervisor.stop(tmp_path, "desk")
    assert supervisor.state(tmp_path, "desk") == "STOPPED"
    assert running.died() == []
    supervisor.start(tmp_path, "desk")
    until(lambda: supervisor.state(tmp_path, "desk") == "RUNNING")
    assert running.died() == []
    assert supervisor.state(tmp_path, "nobody") is None


def test_stopping_leaves_nothing(running: Supervisor, tmp_path: Path) -> None:
    leader = supervisor.running(tmp_path)
    assert leader is not None
    assert len(session(leader)) == 5  # the supervisor, two servers, and a child of each
    running.stop()
    assert session(leader) == []
    assert supervisor.running(tmp_path) is None


def test_a_killed_supervisor_leaves_nothing_either(running: Supervisor, tmp_path: Path) -> None:
    leader = supervisor.running(tmp_path)
    assert leader is not None
    os.kill(leader, signal.SIGKILL)
    until(lambda: not running.alive)
    assert len(session(leader)) == 4
    running.stop()
    assert session(leader) == []


def test_a_process_that_ends_at_once_is_named(tmp_path: Path) -> None:
    processes = listed(tmp_path, "print('the reason'); raise SystemExit(3)")
    started = Supervisor(processes, tmp_path, os.environ)
    try:
        with pytest.raises(readiness.NotReady, match="ended while starting"):
            list(readiness.wait(urls(processes), 20, lambda: next(iter(started.died()), None)))
        assert "the reason" in (tmp_path / "log" / "desk.log").read_text()
    finally:
        started.stop()


def test_the_processes_environment_arrives_unharmed(tmp_path: Path) -> None:
    code = "import os, time; print(os.environ['RATE'], os.environ['SECRET'], flush=True); time.sleep(99)"
    started = Supervisor(listed(tmp_path, code)[:1], tmp_path, {**os.environ, "SECRET": "100 %s"})
    log = tmp_path / "log" / "desk.log"
    try:
        until(lambda: log.exists() and log.read_text(encoding="utf-8") != "")
        assert log.read_text(encoding="utf-8") == "50 %, 好 100 %s\n"
    finally:
        started.stop()


def test_the_configuration_holds_no_secret(processes: list[Process], tmp_path: Path) -> None:
    text = configuration(processes, tmp_path)
    assert "[program:desk]" in text
    assert "programs = desk,sandbox" in text
    assert "SECRET" not in text


def test_a_long_path_takes_its_socket_elsewhere(tmp_path: Path) -> None:
    assert socket_path(Path("/srv/wanhao/var")) == Path("/srv/wanhao/var/supervisor.sock")
    long = tmp_path / ("deep" * 30)
    assert len(str(socket_path(long))) < supervisor.SOCKET_LENGTH
    assert socket_path(long) != socket_path(tmp_path / ("deep" * 31))
