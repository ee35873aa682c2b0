"""Long steps: what the person sees, and what is left when they fail or are interrupted."""

import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from deploy import steps
from deploy.steps import Problem, step, tail


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(steps, "LOGS", tmp_path)
    return tmp_path


def test_a_step_says_when_it_begins_and_ends(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    step("Building", [sys.executable, "-c", "print('noise')"], "build")
    assert capsys.readouterr().out == "  ...     Building\n  done    Building, 0 s\n"
    assert (logs / "build.log").read_text() == "noise\n"


def test_a_long_step_shows_signs_of_life(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "QUIET_SECONDS", 1)
    step("Building", [sys.executable, "-c", "import time; time.sleep(1.5)"], "build")
    assert "  ...     Building, 1 s\n" in capsys.readouterr().out


def test_a_failure_shows_the_end_of_the_log(logs: Path) -> None:
    with pytest.raises(Problem, match=r"Building failed \(exit 3\)") as problem:
        step("Building", [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], "build")
    assert problem.value.details == "    the reason"
    assert str(logs / "build.log") in str(problem.value)


def test_an_interrupted_step_is_ended() -> None:
    before = time.monotonic()
    interrupt = threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        step("Building", [sys.executable, "-c", "import time; time.sleep(60)"], "build")
    assert time.monotonic() - before < 10


def test_the_tail_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert tail(log) == ""
    log.write_text("".join(f"line {number}\n" for number in range(1000)))
    assert tail(log, 2) == "    line 998\n    line 999"
