"""A PostgreSQL of the tests' own: private folder and port, an unprivileged user, gone when the tests end."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from functools import lru_cache
from pathlib import Path

import psycopg2


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest of Debian's versions; None when it is not installed."""
    found = shutil.which("initdb")
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return Path(found).parent if found else max(folders, key=lambda path: float(path.parts[-2]), default=None)


@lru_cache(maxsize=1)
def _port() -> int:
    """Starts the server at first use. It refuses to run as root, so root runs it as the package's user."""
    folder = programs()
    assert folder is not None
    data = Path(tempfile.mkdtemp(prefix="wanhao-postgres-"))
    user = "postgres" if os.getuid() == 0 else None
    if user:
        shutil.chown(data, user)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    options = {"user": user, "cwd": data, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [folder / "initdb", "--no-sync", "--auth=trust", "--username=tests", "--encoding=UTF8", "--locale=C", data],
        check=True,
        **options,
    )
    settings = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off",
        "max_connections": 300,
    }  # fmt: skip
    arguments = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
    server = subprocess.Popen([folder / "postgres", "-D", data, *arguments], **options)

    def stop() -> None:
        server.send_signal(signal.SIGINT)  # SIGTERM would wait for connections that are still open
        server.wait(20)
        shutil.rmtree(data, ignore_errors=True)

    atexit.register(stop)
    ends = time.monotonic() + 60
    while True:
        try:
            psycopg2.connect(_address(port, "postgres")).close()
        except psycopg2.OperationalError:
            assert server.poll() is None, "PostgreSQL does not start"
            assert time.monotonic() < ends, "PostgreSQL does not answer"
            time.sleep(0.05)
        else:
            return port


def _address(port: int, name: str) -> str:
    return f"postgresql://tests@127.0.0.1:{port}/{name}"


def new_database() -> str:
    """The address of an empty database."""
    name = f"t{uuid.uuid4().hex}"
    connection = psycopg2.connect(_address(_port(), "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    return _address(_port(), name)


def database_at(path: Path) -> str:
    """SQLite at a path; with `TEST_POSTGRES=1` a new database of PostgreSQL instead."""
    return new_database() if os.environ.get("TEST_POSTGRES") == "1" else f"sqlite:///{path}"
