"""A centre of programs over a real desk and sandbox, the desk killed in the middle; `make bench-handover` is larger."""

import json
import subprocess
import sys

from common.settings import ROOT

CUSTOMERS, AGENTS = 150, 15


def test_nobody_is_lost_or_served_twice_when_the_desk_is_killed_in_the_middle() -> None:
    command = [sys.executable, "-m", "bench.handover", "--audit", "--within", "20"]
    size = ["--customers", str(CUSTOMERS), "--agents", str(AGENTS)]

    ended = subprocess.run([*command, *size], cwd=ROOT, capture_output=True, text=True, timeout=280)

    assert ended.returncode == 0, ended.stderr[-3000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    assert (found["customers"], found["closed"], found["scores"]) == (CUSTOMERS,) * 3
    assert (found["lost"], found["doubled"]) == (0, 0)
    served_first, others = found["waits"]["urgent"], found["waits"]["other"]
    assert sum(served_first) / len(served_first) < sum(others) / len(others)
