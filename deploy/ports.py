"""The ports of the processes: which they are, whether they are free, and what to do when one is not."""

import socket
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from common.settings import Settings

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """Where each process listens, all on the loopback address. Rasa has two places, of which one is used."""

    desk: int = 8000
    rasa: int = 5005
    rasa_next: int = 5006
    actions: int = 5055
    worker: int = 5065
    author: int = 5070
    sandbox: int = 8100

    @classmethod
    def from_settings(cls, settings: "Settings") -> "Ports":
        """The ports that the settings name."""
        return cls(
            desk=settings.desk_port,
            rasa=_port(settings.rasa_url),
            rasa_next=_port(settings.rasa_next_url),
            actions=_port(settings.actions_url),
            worker=_port(settings.worker_url),
            author=_port(settings.author_url),
            sandbox=_port(settings.sandbox_url),
        )

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nobody uses now."""
        with ExitStack() as stack:  # all are held until all are found, so that no two are the same
            return cls(*(_any_port(stack) for _ in fields(cls)))

    def url(self, name: str) -> str:
        """``http://127.0.0.1:<port>`` of a process."""
        return f"http://{HOST}:{getattr(self, name)}"


def _port(url: str) -> int:
    return urlsplit(url).port or 80


def _any_port(stack: ExitStack) -> int:
    listener = stack.enter_context(closing(socket.socket()))
    listener.bind((HOST, 0))
    port: int = listener.getsockname()[1]
    return port


def is_free(port: int) -> bool:
    """Whether a server can listen on the loopback address there."""
    with closing(socket.socket()) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def taken_sentence(name: str, port: int, owner: str | None) -> str:
    """What to tell the person when the port of a process is in use."""
    if name == "desk":
        other = f"WANHAO_DESK_PORT={port + 1} make run"
    else:
        other = f"WANHAO_{name.upper()}_URL=http://{HOST}:{port + 1} make run"
    return f"Port {port} ({name}) is in use{f' by {owner}' if owner else ''}: stop that, or run on another: {other}"


def owner_of(port: int) -> str | None:
    """``name (process 123)`` of who listens on the port, where the system tells (Linux, one's own processes)."""
    inodes = _listening(port)
    for process in Path("/proc").glob("[0-9]*") if inodes else ():
        with suppress(OSError):
            if any(_inode(handle) in inodes for handle in (process / "fd").iterdir()):
                return f"{_name(process)} (process {process.name})"
    return None


def _listening(port: int) -> set[str]:
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(OSError):
            for line in table.read_text(encoding="ascii").splitlines()[1:]:
                words = line.split()
                if words[3] == "0A" and int(words[1].rpartition(":")[2], 16) == port:  # 0A: LISTEN
                    inodes.add(words[9])
    return inodes


def _inode(handle: Path) -> str:
    with suppress(OSError):
        return str(handle.readlink()).removeprefix("socket:[").removesuffix("]")
    return ""


def _name(process: Path) -> str:
    words = (process / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
    return " ".join([Path(words[0]).name, *words[1:4]]).strip()
