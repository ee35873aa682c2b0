"""What a call costs beside a bare `requests.Session`, and how much the sandbox can take: `make bench-bss`.

Writes docs/bench-bss.md. Client and sandbox share the machine, so both figures are lower bounds of what they do alone.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from bss import balance, inventory, outbox, tickets
from bss.http import BASE_PATHS, call
from bss.tickets import NewTicket
from common.database import migrate
from common.settings import ROOT, settings
from common.times import SHANGHAI, utc_now
from deploy import readiness
from deploy.ports import Ports

NUMBER = "18900001001"
ROUNDS = 300
WARM_UP = 20
SECONDS = 5.0
NEW = NewTicket("fault", "宽带障碍", "上不了网", "major", "C0001")


class Cost:
    """What calls of one kind took: milliseconds on the clock, and of this process's CPU."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.cpu: list[float] = []

    def measure(self, function: Callable[[], object]) -> None:
        """Makes one call."""
        clock, cpu = time.perf_counter(), time.process_time()
        function()
        self.cpu.append((time.process_time() - cpu) * 1000)
        self.clock.append((time.perf_counter() - clock) * 1000)

    def row(self, name: str) -> str:
        """A line of the table."""
        late = sorted(self.clock)[int(len(self.clock) * 0.95)]
        return f"| {name} | {statistics.median(self.clock):.2f} | {late:.2f} | {statistics.median(self.cpu):.2f} |"


def costs(functions: Sequence[Callable[[], object]], rounds: int) -> list[Cost]:
    """The cost of each function, called in turns so that all meet the same machine."""
    found = [Cost() for _ in functions]
    for function in functions:
        for _ in range(WARM_UP):
            function()
    for _ in range(rounds):
        for cost, function in zip(found, functions, strict=True):
            cost.measure(function)
    return found


def overhead(address: str, rounds: int) -> list[str]:
    """The same request bare and through the client."""
    bare = requests.Session()
    bare.trust_env = False
    bucket = f"{address}{BASE_PATHS['654']}/bucket"
    query: dict[str, str | int] = {"logicalResource.id": NUMBER, "usageType": "monetary", "limit": 20}
    plain, called, typed = costs(
        [
            lambda: bare.get(bucket, params=query, timeout=2).json(),
            lambda: call("654", "GET", "/bucket", params=query),
            lambda: balance.balance(NUMBER),
        ],
        rounds,
    )
    more = statistics.median(called.clock) - statistics.median(plain.clock)
    cpu = statistics.median(called.cpu) - statistics.median(plain.cpu)
    return [
        "| one GET | median ms | 95 % ms | CPU ms |",
        "|---|---|---|---|",
        plain.row("`requests.Session` and its JSON"),
        called.row("`bss.http.call`"),
        typed.row("`bss.balance.balance` (typed)"),
        "",
        f"Overhead of `call`: {more:.2f} ms a request, {cpu:.2f} ms of it CPU: a deadline, a body read under an alarm, "
        "a retry policy, a breaker.",
    ]


def outbox_cost(rounds: int) -> list[str]:
    """A ticket straight and through the outbox."""
    keys = iter(range(10**6))
    straight, through = costs(
        [
            lambda: tickets.create(NEW, idempotency_key=f"straight-{next(keys)}"),
            lambda: outbox.submit(NEW, f"outbox-{next(keys)}"),
        ],
        rounds,
    )
    more = statistics.median(through.clock) - statistics.median(straight.clock)
    return [
        "| one ticket | median ms | 95 % ms | CPU ms |",
        "|---|---|---|---|",
        straight.row("`tickets.create`"),
        through.row("`outbox.submit`: the same and two transactions on SQLite"),
        "",
        f"What durability costs: {more:.1f} ms a creation.",
    ]


def throughput(address: str, clients: int, seconds: float) -> tuple[float, float, int]:
    """Requests a second of the sandbox, 95 % of the latencies in ms, and failures, with `clients` at once."""
    ends = time.perf_counter() + seconds

    def ask(_: int) -> tuple[list[float], int]:
        session = requests.Session()
        session.trust_env = False
        took, failed = [], 0
        while time.perf_counter() < ends:
            began = time.perf_counter()
            answer = session.get(
                f"{address}{BASE_PATHS['637']}/product?productSerialNumber={NUMBER}&limit=1", timeout=10
            )
            failed += answer.status_code != 200
            took.append((time.perf_counter() - began) * 1000)
        return took, failed

    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(ask, range(clients)))
    took = sorted(one for part, _ in parts for one in part)
    return len(took) / seconds, took[int(len(took) * 0.95)], sum(failed for _, failed in parts)


def report(address: str, rounds: int, seconds: float) -> str:
    """The page."""
    inventory.line(NUMBER)  # fails early when the sandbox is not what we think
    loads = [(clients, *throughput(address, clients, seconds)) for clients in (1, 4, 16)]
    load = os.getloadavg()[0]
    return "\n".join(
        [
            "# Clients and sandbox: what they cost",
            "",
            f"Measured {utc_now().astimezone(SHANGHAI):%Y-%m-%d %H:%M} by `make bench-bss`: {os.cpu_count()} cores "
            f"({platform.machine()}), Python {platform.python_version()}, load average {load:.1f}, client and "
            "sandbox on the same machine.",
            "",
            "## The client",
            "",
            *overhead(address, rounds),
            "",
            *outbox_cost(max(40, rounds // 3)),
            "",
            "## The sandbox",
            "",
            "One process, SQLite; `GET /product?productSerialNumber=…`.",
            "",
            "| clients at once | requests a second | 95 % ms | failed |",
            "|---|---|---|---|",
            *(f"| {clients} | {rate:.0f} | {late:.1f} | {failed} |" for clients, rate, late, failed in loads),
            "",
        ]
    )


def main() -> None:
    """Starts a sandbox of its own, measures, writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "bench-bss.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = Ports.free().url("sandbox")
        os.environ |= {
            "WANHAO_BSS_URL": address,
            "WANHAO_DATABASE_URL": f"sqlite:///{folder}/wanhao.db",
            "WANHAO_SECRET": "only-for-benchmarks-0123456789abcdef",
            "SANDBOX_PORT": address.rpartition(":")[2],
            "SANDBOX_DATABASE_URL": f"sqlite:///{folder}/sandbox.db",
        }
        settings.cache_clear()
        migrate()
        sandbox = subprocess.Popen([sys.executable, "-m", "sandbox"], cwd=ROOT)
        try:
            for _ in readiness.wait({"sandbox": f"{address}/healthz"}, 60):
                pass
            page = report(address, arguments.rounds, arguments.seconds)
        finally:
            sandbox.terminate()
            sandbox.wait(10)
    arguments.output.write_text(page, encoding="utf-8")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
