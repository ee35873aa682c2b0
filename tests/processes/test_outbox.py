"""200 tickets through the outbox while everybody dies at random: 200 tickets, and no twin."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from common.database import make_engine, migrate
from deploy import readiness
from deploy.ports import Ports
from deploy.steps import ROOT
from tests.processes.customer import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(150)]

CLIENTS, EACH = 4, 50
CHAOS_SECONDS = 15.0
DONE_SECONDS = 60.0
SECRET = "only-for-tests-0123456789abcdefghij"


class Crew:
    """Real processes over one database, each of which can be killed and started again."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.database = f"sqlite:///{var / 'wanhao.db'}"
        self.ports = [Ports.free(), Ports.free()]
        self.sandbox = self.ports[0].url("sandbox")
        self._ready: dict[str, str] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.killed: dict[str, int] = {}

    def start(self, name: str, *argv: str, ready: str = "", port: int = 0) -> None:
        """Starts a process: `python -m argv`."""
        self._ready[name] = ready
        worker_port = str(port or self.ports[0].worker)
        given = {key: value for key, value in os.environ.items() if not key.startswith(("WANHAO_", "SANDBOX_"))}
        env = given | {
            "WANHAO_SECRET": SECRET,
            "WANHAO_DATABASE_URL": self.database,
            "WANHAO_BSS_URL": self.sandbox,
            "WANHAO_WORKER_URL": f"http://127.0.0.1:{worker_port}",
            "SANDBOX_PORT": str(self.ports[0].sandbox),
            "SANDBOX_DATABASE_URL": f"sqlite:///{self.var / 'sandbox.db'}",
        }
        with (self.var / f"{name}.log").open("ab") as log, (self.var / f"{name}.out").open("ab") as out:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", *argv], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=log
            )

    def names(self) -> list[str]:
        """Those that run now."""
        return [name for name, process in self._running.items() if process.poll() is None]

    def result(self, name: str) -> int | None:
        """The exit code, or None while it runs."""
        return self._running[name].poll()

    def lines(self, name: str) -> list[str]:
        """What it printed, over all its lives."""
        return (self.var / f"{name}.out").read_text().splitlines()

    def ready(self, name: str, seconds: float = 30) -> None:
        """Waits until it answers."""
        wait_for(lambda: readiness.answers(self._ready[name]), seconds, name)

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self._running[name].kill()
        self._running[name].wait()
        self.killed[name] = self.killed.get(name, 0) + 1

    def terminate(self, name: str) -> float:
        """SIGTERM; returns the seconds it took to end."""
        began = time.monotonic()
        self._running[name].terminate()
        self._running[name].wait(20)
        return time.monotonic() - began

    def stop(self) -> None:
        """Ends everybody."""
        for name in self.names():
            self._running[name].kill()
            self._running[name].wait()


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    """See `Crew`; ended after the test, whatever happened."""
    made = Crew(tmp_path)
    migrate(made.database)
    try:
        yield made
    finally:
        made.stop()


def start_sandbox(crew: Crew) -> None:
    crew.start("sandbox", "sandbox", ready=f"{crew.sandbox}/healthz")


def start_worker(crew: Crew, number: int) -> None:
    port = crew.ports[number].worker
    crew.start(f"worker-{number}", "desk.worker", ready=f"http://127.0.0.1:{port}/healthz", port=port)


def start_client(crew: Crew, number: int) -> None:
    crew.start(f"client-{number}", "tests.processes.submitter", f"client-{number}", str(EACH))


def rows(crew: Crew) -> list[Any]:
    with closing(make_engine(crew.database).connect()) as connection:
        return list(connection.execute(sa.text("SELECT * FROM operator_requests")))


def test_two_hundred_tickets_while_everybody_dies(crew: Crew) -> None:
    began = time.monotonic()
    chance = random.Random(10000)
    starters: dict[str, Callable[[], None]] = {"sandbox": lambda: start_sandbox(crew)}
    for number in range(2):
        starters[f"worker-{number}"] = lambda number=number: start_worker(crew, number)  # type: ignore[misc]
    for number in range(CLIENTS):
        starters[f"client-{number}"] = lambda number=number: start_client(crew, number)  # type: ignore[misc]
    start_sandbox(crew)
    crew.ready("sandbox")
    for name in list(starters)[1:]:
        starters[name]()

    # The clients die less often than the others, or they would never get to their end.
    victims = ["sandbox", "sandbox", "worker-0", "worker-1", f"client-{chance.randrange(CLIENTS)}"]
    ends = time.monotonic() + CHAOS_SECONDS
    while time.monotonic() < ends:
        time.sleep(chance.uniform(0.3, 1.5))
        name = chance.choice(victims)
        if name in crew.names():
            crew.kill(name)
            starters[name]()
    for name in ("sandbox", "worker-0", "worker-1"):
        crew.ready(name)
    clients = [f"client-{number}" for number in range(CLIENTS)]
    wait_for(lambda: all(crew.result(name) is not None for name in clients), DONE_SECONDS, "the clients")
    wait_for(lambda: all(row.state == "done" for row in rows(crew)), DONE_SECONDS, "the requests")

    assert [crew.result(name) for name in clients] == [0] * CLIENTS
    assert crew.killed.get("sandbox", 0) >= 2
    assert sum(crew.killed.get(f"worker-{number}", 0) for number in range(2)) >= 2
    made = rows(crew)
    assert len(made) == CLIENTS * EACH
    assert all(row.payload is None for row in made)
    assert sum(row.attempts > 1 for row in made) >= 10, "some had to be sent again"
    # Every receipt that a customer was given is a row, and a client that ran twice got the same ones.
    assert {line for name in clients for line in crew.lines(name)} <= {row.receipt for row in made}
    with httpx.Client(base_url=crew.sandbox, trust_env=False, timeout=20) as client:
        found = client.get("/tmf-api/troubleTicket/v4/troubleTicket", params={"limit": 1000}).json()
    tickets = {ticket["externalId"]: ticket["id"] for ticket in found if "externalId" in ticket}
    assert sum("externalId" in ticket for ticket in found) == len(tickets) == CLIENTS * EACH
    assert tickets == {row.receipt: row.operator_number for row in made}
    assert time.monotonic() - began < 90


def test_a_worker_says_when_it_is_well_and_ends_soon_after_sigterm(crew: Crew) -> None:
    start_sandbox(crew)
    start_worker(crew, 0)
    start_worker(crew, 1)
    for name in ("sandbox", "worker-0", "worker-1"):
        crew.ready(name)
    # In the middle of a try that gets no answer.
    order = {"api": "621", "mode": "timeout", "seconds": 60}
    httpx.post(f"{crew.sandbox}/sandbox/faults", json=order, trust_env=False).raise_for_status()
    start_client(crew, 0)
    wait_for(lambda: rows(crew), 20, "the first request")
    time.sleep(2)

    assert crew.terminate("worker-0") < 5
    assert crew.result("worker-0") == 0
    assert readiness.answers(f"http://127.0.0.1:{crew.ports[1].worker}/healthz")
