"""supervisord around the processes: writes its configuration, starts it, watches it, and leaves nothing behind."""

import hashlib
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from xmlrpc.client import Error, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from deploy.processes import Process
from deploy.steps import ROOT

GROUP = "wanhao"
RPC_FACTORY = "supervisor.rpcinterface:make_main_rpcinterface"
# A process has 5 s to end after SIGTERM; the supervisor kills it then, and we what the supervisor has not.
STOP_SECONDS = 6
# Unix socket addresses hold 108 bytes, and supervisord appends its process id while it binds.
SOCKET_LENGTH = 90


def socket_path(var: Path) -> Path:
    """Where the supervisor takes commands: below ``var``, or in the temporary folder if that path is too long."""
    path = var / "supervisor.sock"
    if len(os.fsencode(path)) <= SOCKET_LENGTH:
        return path
    return Path(tempfile.gettempdir()) / f"wanhao-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}.sock"


def configuration(processes: Sequence[Process], var: Path) -> str:
    """The text of supervisord's configuration. It holds no secret: the shared environment is inherited."""
    logs, socket = var / "log", _escape(str(socket_path(var)))
    sections = [
        ("unix_http_server", {"file": socket, "chmod": "0700"}),
        (
            "supervisord",
            {
                "nodaemon": "true",
                "silent": "true",
                "logfile": _escape(str(logs / "supervisord.log")),
                "logfile_maxbytes": "5MB",
                "logfile_backups": "3",
                "childlogdir": _escape(str(logs)),
                "pidfile": _escape(str(var / "supervisord.pid")),
            },
        ),
        (
            "rpcinterface:supervisor",
            {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
        ),
        ("supervisorctl", {"serverurl": f"unix://{socket}"}),
        # One group, so that all are told to stop at the same time.
        (f"group:{GROUP}", {"programs": ",".join(process.name for process in processes)}),
        *((f"program:{process.name}", _program(process, logs)) for process in processes),
    ]
    return "\n".join(_section(name, body) for name, body in sections)


def _section(name: str, body: Mapping[str, str]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in body.items())


def _program(process: Process, logs: Path) -> dict[str, str]:
    quoted = ",".join(f'{key}="{_escape(value)}"' for key, value in process.env.items())
    return {
        "command": _escape(shlex.join(process.argv)),
        "directory": _escape(str(ROOT)),
        **({"environment": quoted} if quoted else {}),
        "autostart": str(not process.waits).lower(),
        "autorestart": "true",
        "startretries": "10",
        "stopwaitsecs": str(STOP_SECONDS),
        "stopasgroup": "true",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _escape(str(logs / f"{process.name}.log")),
        "stdout_logfile_maxbytes": "5MB",
        "stdout_logfile_backups": "3",
    }


def _escape(value: str) -> str:
    return value.replace("%", "%%")


def running(var: Path) -> int | None:
    """The process id of the supervisor that already runs over ``var``, if one does."""
    pid = _ask(var, "getPID")
    return None if pid is None else int(pid)


def state(var: Path, name: str) -> str | None:
    """The state of a process (``RUNNING``, ``STOPPED``, …); none without a supervisor, or where it has no such one."""
    info = _ask(var, "getProcessInfo", f"{GROUP}:{name}")
    return None if info is None else str(info["statename"])


def start(var: Path, name: str) -> None:
    """Tells the supervisor to start a process, and does not wait."""
    _ask(var, "startProcess", f"{GROUP}:{name}", False)


def stop(var: Path, name: str) -> None:
    """Has the supervisor end a process and leave it so; waits until it is gone. One that does not run stays so."""
    _ask(var, "stopProcess", f"{GROUP}:{name}")


def _ask(var: Path, question: str, *arguments: str | bool) -> Any:
    """The supervisor's answer to a question; none while it does not answer, or when it refuses."""
    transport = SupervisorTransport(None, None, f"unix://{socket_path(var)}")
    try:
        return getattr(ServerProxy("http://127.0.0.1", transport=transport).supervisor, question)(*arguments)
    except (OSError, Error):
        return None
    finally:
        transport.close()


class Supervisor:
    """One running supervisord and the processes under it."""

    def __init__(self, processes: Sequence[Process], var: Path, env: Mapping[str, str]) -> None:
        """Writes ``supervisord.conf`` below ``var`` and starts everything in it, with ``env`` as environment."""
        logs = var / "log"
        logs.mkdir(parents=True, exist_ok=True)
        conf = var / "supervisord.conf"
        conf.write_text(configuration(processes, var), encoding="utf-8")
        self._var = var
        self._pids: dict[str, int] = {}
        with (logs / "supervisord.out").open("wb") as output:
            # A session of its own: Ctrl-C reaches us alone, and everything below it can be found by the session.
            self._daemon = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(conf)],
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether the supervisor itself runs."""
        return self._daemon.poll() is None

    def states(self) -> dict[str, tuple[str, int]]:
        """State and process id (0 for none) of each process by name; empty while the supervisor does not answer."""
        listed: list[dict[str, Any]] = _ask(self._var, "getAllProcessInfo") or []
        return {str(info["name"]): (str(info["statename"]), int(info["pid"])) for info in listed}

    def died(self) -> list[str]:
        """The processes that ended since the last call, started again by now or not."""
        states = self.states()
        gone = [name for name, (state, pid) in states.items() if self._ended(name, state, pid)]
        self._pids |= {name: pid for name, (_, pid) in states.items()}
        return gone

    def _ended(self, name: str, state: str, pid: int) -> bool:
        if state in {"STOPPING", "STOPPED"}:  # by order
            return False
        before = self._pids.get(name)
        return before != pid if before else before is None and state in {"BACKOFF", "EXITED", "FATAL"}

    def stop(self) -> None:
        """Stops everything: politely first, then whatever is left of the supervisor's session, even without it."""
        if self.alive:
            self._daemon.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._daemon.wait(STOP_SECONDS + 4)
        for _ in range(3):
            for pid in session(self._daemon.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._daemon.poll()
            if not session(self._daemon.pid):
                break
            time.sleep(0.2)


def session(leader: int) -> list[int]:
    """The living processes of the session that ``leader`` began."""
    found = []
    for pid, state in _everyone():
        with suppress(ProcessLookupError, PermissionError):
            if not state.startswith("Z") and os.getsid(pid) == leader:
                found.append(pid)
    return found


def _everyone() -> Iterator[tuple[int, str]]:
    """Process id and state of every process of the machine, also where ``ps`` is not installed."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            yield int(file.parent.name), file.read_text(errors="replace").rpartition(")")[2].split()[0]
    if not Path("/proc/self").exists():
        listed = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
        yield from ((int(words[0]), words[1]) for words in map(str.split, listed.splitlines()))
