import sys
from pathlib import Path

import pytest

from bench import probe
from bench.timing import spend
from deploy.steps import Problem


def test_time_on_the_clock_and_on_the_processors_are_apart(tmp_path: Path) -> None:
    spent = spend([sys.executable, "-c", "import time; time.sleep(0.5)"], tmp_path / "log")

    assert spent.wall >= 0.5
    assert spent.cpu < spent.wall


def test_what_a_command_starts_counts_too(tmp_path: Path) -> None:
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    spent = spend(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"],
        tmp_path / "log",
    )

    assert spent.cpu >= 0.5


def test_a_command_that_fails_is_a_problem_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="exit 3") as failure:
        spend([sys.executable, "-c", "print('why'); raise SystemExit(3)"], tmp_path / "log")

    assert "why" in failure.value.details


def test_resident_memory_is_in_megabytes() -> None:
    assert 10 < probe.resident_mb() < 10_000
