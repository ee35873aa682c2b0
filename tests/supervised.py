"""The product under its supervisor, as ``make run`` has it: Rasa has both its places, and can be replaced."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from common.database import make_engine
from deploy import model, readiness, supervisor
from deploy.processes import next_rasa, processes
from deploy.steps import ROOT, tail
from deploy.supervisor import Supervisor
from desk.errors import sentence
from tests.stack import START_SECONDS, Stack

AnyStack = TypeVar("AnyStack", bound=Stack)

REPLACE = """
import pathlib, sys
from deploy.replace import replace
replace(previous=True, var=pathlib.Path(sys.argv[1]), models=pathlib.Path(sys.argv[2]))
"""


class SupervisedStack(Stack):
    """A stack whose processes the supervisor starts; its former model is a copy of its present one."""

    def start(self) -> None:
        """As ``deploy run``, over a folder of its own."""
        self.models = self.var / "models"
        cached = model.cached()
        (self.models / "previous").mkdir(parents=True)
        for folder in (self.models, self.models / "previous"):
            shutil.copy(cached / model.ARCHIVE, folder)
        shutil.copy(cached / f"{model.NAME}.hash", self.models)
        self._python("-m", "deploy", "migrate")
        self._python("-c", "from desk.bot_server import Live, go_live; go_live(Live('rasa'))")
        model.give("rasa", models=self.models)
        listed = processes(self.ports, models=self.models / "rasa")
        self._supervisor = Supervisor([*listed, next_rasa(self.ports, self.models / "rasa_next")], self.var, self.env)
        urls = {process.name: process.ready for process in listed if process.ready}
        try:
            for _ in readiness.wait(urls, START_SECONDS):
                pass
        except readiness.NotReady as failure:
            raise AssertionError(f"{failure}\n{tail(self._log(failure.name), 40)}") from None

    def _python(self, *argv: str) -> None:
        subprocess.run([sys.executable, *argv], cwd=ROOT, env=self.env, check=True)

    def stop(self) -> None:
        """Ends everything."""
        self._supervisor.stop()

    def replacing(self) -> "subprocess.Popen[str]":
        """``deploy replace --previous`` that has just begun; its lines are its stdout."""
        argv = [sys.executable, "-u", "-c", REPLACE, str(self.var), str(self.models)]
        return subprocess.Popen(
            argv, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )

    @property
    def live(self) -> str:
        """The place of Rasa that answers."""
        return str(self._read("SELECT place FROM bot_server"))

    @property
    def apologies(self) -> int:
        """How many messages the bot has not answered in time, so that the desk spoke."""
        return int(self._read("SELECT count(*) FROM messages WHERE text = :text", text=sentence("turn_failed")))

    def _read(self, query: str, **values: str) -> Any:
        engine = make_engine(self.env["WANHAO_DATABASE_URL"])
        with engine.connect() as connection:
            found = connection.scalar(sa.text(query), values)
        engine.dispose()
        return found

    @property
    def places(self) -> dict[str, str | None]:
        """The supervisor's state of each place of Rasa."""
        return {name: supervisor.state(self.var, name) for name in ("rasa", "rasa_next")}

    def pid(self, name: str) -> int:
        """The process at a place; 0 for none."""
        return self._supervisor.states()[name][1]


@contextmanager
def supervised_stack(var: Path, **env: str) -> Iterator[SupervisedStack]:
    """A started stack under its supervisor, stopped at the end of the block; `env` are further variables."""
    with started(SupervisedStack(var), env) as stack:
        yield stack


@contextmanager
def started(stack: AnyStack, env: Mapping[str, str]) -> Iterator[AnyStack]:
    """A stack with further variables, started, and stopped at the end of the block."""
    stack.env |= env
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
