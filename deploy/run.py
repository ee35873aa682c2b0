"""``make run``: migrates, trains if needed, starts everything under the supervisor, and stops all of it at the end."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from types import FrameType

import sqlalchemy as sa
from pydantic import ValidationError

from common.settings import VAR, Settings
from deploy import model, ports, readiness, welcome
from deploy.processes import Process, environment, next_rasa, processes
from deploy.steps import Problem, say, step, tail
from deploy.supervisor import Supervisor, running
from desk.bot_server import Live, go_live
from knowledge_base.authoring import recovery

# Until every process answers: many times what it takes, for a slow or busy machine.
START_SECONDS = 180
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked us to stop."""


def run() -> int:
    """Runs the product until it is stopped. Exit code 0 after Ctrl-C or SIGTERM, 1 when it could not start."""
    for number in SIGNALS:
        signal.signal(number, _stop)
    try:
        _run()
    except Stopped:
        say("Stopped.")
        return 0
    except Problem as problem:
        problem.show()
        return 1
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in SIGNALS:  # stopping takes seconds and is not to be interrupted half-way
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _run() -> None:
    demo = os.environ.setdefault("WANHAO_DEMO", "true").lower() in {"1", "true", "yes", "on"}
    try:
        used = ports.Ports.from_settings(Settings())
    except ValidationError as error:
        raise Problem(f"A WANHAO_ setting in the environment cannot be used: {error.errors()[0]['msg']}") from None
    listed = processes(used, demo=demo)
    _check_ports(used, listed)
    env = environment(used, VAR, os.environ, demo=demo)
    step("Migrating the database", [sys.executable, "-m", "deploy", "migrate"], "migrate", env=env)
    with ExitStack() as stopping:
        # Nothing is published while everything starts: some would have it, and others not.
        with recovery.alone(wait=True) as lock:
            recovery.mend(lock)
            model.ensure()
            model.give("rasa")
            say("Starting")
            go_live(Live("rasa"))
            supervisor = Supervisor([*listed, next_rasa(used)], VAR, env)
            stopping.callback(_end, supervisor)
            _wait(supervisor, listed)
        say(f"\nWanhao 万号 is running.\n{welcome.addresses(used)}\n")
        say(welcome.things_to_try(welcome.demo_number(used) if demo else None))
        say(f"\nLogs are in {VAR / 'log'}. Ctrl-C stops everything.")
        _watch(supervisor)


def _end(supervisor: Supervisor) -> None:
    supervisor.stop()
    with suppress(sa.exc.SQLAlchemyError):
        go_live(None)


def _check_ports(used: ports.Ports, listed: Sequence[Process]) -> None:
    if pid := running(VAR):
        raise Problem(f"Wanhao is already running here (process {pid}): use that one, or stop it with: kill {pid}")
    for process in listed:
        port = getattr(used, process.name, None)
        if port and not ports.is_free(port):
            raise Problem(ports.taken_sentence(process.name, port, ports.owner_of(port)))


def _wait(supervisor: Supervisor, listed: Sequence[Process]) -> None:
    urls = {process.name: process.ready for process in listed if process.ready}
    try:
        for name, seconds in readiness.wait(urls, START_SECONDS, lambda: _gone(supervisor)):
            say(f"  ready   {name}, {seconds:.0f} s")
    except readiness.NotReady as failure:
        log = VAR / "log" / f"{failure.name}.log"
        raise Problem(f"{failure}: its whole log is {log}", tail(log)) from None


def _gone(supervisor: Supervisor) -> str | None:
    return next(iter(supervisor.died()), None) if supervisor.alive else "supervisord"


def _watch(supervisor: Supervisor) -> None:
    while supervisor.alive:
        for name in supervisor.died():
            say(f"{time.strftime('%H:%M:%S')} {name} ended and is started again; see {VAR / 'log' / name}.log")
        time.sleep(1)
    raise Problem(f"The supervisor ended, so everything is stopped: see {VAR / 'log' / 'supervisord.log'}")
