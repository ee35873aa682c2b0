"""``make run`` over small stand-ins: it comes up, says so, and leaves nothing behind however it is stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deploy import supervisor
from deploy.ports import Ports
from deploy.steps import ROOT
from desk.bot_server import Live, live

# The real command, but for what it starts and where it keeps its data.
COMMAND = """
import sys
from pathlib import Path
from deploy import run
from deploy.processes import Process

def processes(ports, demo):
    server = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1")
    return [Process(name, (*server, str(getattr(ports, name))), ports.url(name)) for name in ("sandbox", "desk")]

run.VAR = Path(sys.argv[1])
run.processes = processes
run.model.ensure = lambda: None
run.model.give = lambda place: None
sys.exit(run.run())
"""


@contextmanager
def make_run(var: Path, ports: Ports) -> Iterator["subprocess.Popen[str]"]:
    var.mkdir(exist_ok=True)
    given = {"WANHAO_DESK_PORT": str(ports.desk), "WANHAO_SANDBOX_URL": ports.url("sandbox")}
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(var)],
        cwd=ROOT,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def until(process: "subprocess.Popen[str]", last: str) -> str:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if last in line:
            break
    return text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_comes_up_and_stops_entirely(tmp_path: Path, number: signal.Signals) -> None:
    ports = Ports.free()
    with make_run(tmp_path / "var", ports) as process:
        shown = until(process, "Ctrl-C stops everything.")
        assert re.search(r"ready   sandbox, \d+ s\n", shown)
        assert f"Customer page   http://127.0.0.1:{ports.desk}/\n" in shown
        assert "帮我查下上个月话费" in shown
        leader = supervisor.running(tmp_path / "var")
        assert leader is not None
        assert live() == Live("rasa")
        assert supervisor.state(tmp_path / "var", "rasa_next") == "STOPPED"
        process.send_signal(number)
        process.send_signal(number)  # impatience must not leave half of it running
        assert until(process, "\0") == "Stopped.\n"
        assert process.wait(15) == 0
        assert supervisor.session(leader) == []
        assert live() is None


def test_with_its_supervisor_killed_it_stops_entirely_and_says_so(tmp_path: Path) -> None:
    with make_run(tmp_path / "var", Ports.free()) as process:
        until(process, "Ctrl-C stops everything.")
        leader = supervisor.running(tmp_path / "var")
        assert leader is not None
        os.kill(leader, signal.SIGKILL)
        assert until(process, "\0").startswith("The supervisor ended, so everything is stopped")
        assert process.wait(15) == 1
        assert supervisor.session(leader) == []


def test_a_second_one_beside_it_says_that_it_runs_already(tmp_path: Path) -> None:
    ports = Ports.free()
    with make_run(tmp_path / "var", ports) as first:
        until(first, "Ctrl-C stops everything.")
        with make_run(tmp_path / "var", ports) as second:
            assert until(second, "\0").startswith("Wanhao is already running here (process ")
            assert second.wait(15) == 1


def test_a_taken_port_is_one_sentence_and_nothing_starts(tmp_path: Path) -> None:
    ports = Ports.free()
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", ports.desk))
        listener.listen()
        with make_run(tmp_path / "var", ports) as process:
            shown = until(process, "\0")
            assert shown.startswith(f"Port {ports.desk} (desk) is in use by ")
            assert shown.endswith(f"WANHAO_DESK_PORT={ports.desk + 1} make run\n")
            assert process.wait(15) == 1
    assert list((tmp_path / "var").iterdir()) == []
