"""The product in a copy of the project's folder, for what writes the project's files; run by ``deploy run`` itself."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from deploy import model, supervisor
from deploy.steps import ROOT, tail
from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.knowledge import Knowledge
from tests.supervised import SupervisedStack, started

# With a training, where the model is not there yet.
START_SECONDS = 300
STOP_SECONDS = 30
DRAFT = """
import json, pathlib, sys
from knowledge_base.authoring.changes import Change
from tests.knowledge_base.authoring.small_project import drafted
print(drafted(pathlib.Path.cwd(), [Change(**one) for one in json.loads(sys.argv[1])]))
"""
# What the author has done before anybody submits a draft.
TRAIN = """
import json, sys
from knowledge_base.authoring import workspace
from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.knowledge import Knowledge
print(workspace.train(Knowledge.read().with_changes([Change(**one) for one in json.loads(sys.argv[1])]).texts))
"""
RECOVER = "from knowledge_base.authoring.publish import recover; print(*recover())"


class CopiedStack(SupervisedStack):
    """``make run`` in a folder of its own, and what editors and power cuts do to it."""

    def __init__(self, root: Path) -> None:
        """Copies what git knows, the built pages and a current model."""
        super().__init__(root / "var")
        self.root = root
        # Trained once, not once a run.
        self.env["WANHAO_DRAFTS_DIR"] = str(ROOT / "var" / "drafts")
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
        for path in filter(None, listed.split("\0")):
            if (ROOT / path).is_file():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, root / path)
        if (ROOT / "web" / "dist").is_dir():
            shutil.copytree(ROOT / "web" / "dist", root / "web" / "dist")
        cached = model.cached()
        (root / "models").mkdir()
        for name in (model.ARCHIVE, f"{model.NAME}.hash"):
            shutil.copy(cached / name, root / "models")

    def start(self) -> None:
        """``python -m deploy run``, until all answer."""
        (self.var / "log").mkdir(parents=True, exist_ok=True)
        log = self.var / "log" / "run.log"
        with log.open("wb") as output:
            self._run = subprocess.Popen(
                [sys.executable, "-m", "deploy", "run"],
                cwd=self.root,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        ends = time.monotonic() + START_SECONDS
        while "Ctrl-C stops everything" not in log.read_text("utf-8"):
            assert self._run.poll() is None, tail(log)
            assert time.monotonic() < ends, tail(log)
            time.sleep(0.5)

    def stop(self) -> None:
        """Ends everything politely."""
        self._run.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._run.wait(STOP_SECONDS)
        self.cut()

    def cut(self) -> None:
        """A power cut: every process ends at once, and says nothing more."""
        leader = supervisor.running(self.var)
        self._run.kill()
        self._run.wait()
        while leader is not None and (left := supervisor.session(leader)):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)

    def knowledge(self) -> Knowledge:
        """What the copy's files say now."""
        return Knowledge.read(self.root)

    def drafted(self, *changes: Change) -> int:
        """A draft that may be published; its id."""
        made = json.dumps([asdict(one) for one in changes], ensure_ascii=False)
        return int(self.python("-c", DRAFT, made).splitlines()[-1])

    def train(self, *changes: Change) -> None:
        """Has the model of such a draft trained, unless it is there."""
        self.python("-c", TRAIN, json.dumps([asdict(one) for one in changes], ensure_ascii=False))

    def recover(self) -> list[int]:
        """What the author process does each second: the releases that it has ended."""
        return [int(release) for release in self.python("-c", RECOVER).split()]

    def publishing(self, *arguments: str) -> "subprocess.Popen[str]":
        """``python -m knowledge_base publish …`` (or rollback) that has just begun, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "knowledge_base", *arguments],
            cwd=self.root,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def python(self, *argv: str) -> str:
        """What a Python in the copy prints."""
        done = subprocess.run(
            [sys.executable, *argv],
            cwd=self.root,
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=True,
        )
        return done.stdout

    def states(self, table: str) -> list[str]:
        """The states of all rows (``kb_releases``, ``kb_drafts``), oldest first."""
        listed = self._read(f"SELECT group_concat(state) FROM (SELECT state FROM {table} ORDER BY id)")
        return str(listed or "").split(",")

    def pid(self, name: str) -> int:
        """The process at a place; 0 for none."""
        return int(supervisor._ask(self.var, "getProcessInfo", f"{supervisor.GROUP}:{name}")["pid"])

    @property
    def release(self) -> int | None:
        """The release that is live; none: that of the project's files."""
        found = self._read("SELECT release FROM bot_server")
        return None if found is None else int(found)


@contextmanager
def copied_stack(root: Path, **env: str) -> Iterator[CopiedStack]:
    """A started copy, stopped at the end of the block; `env` are further variables."""
    with started(CopiedStack(root), env) as stack:
        yield stack
