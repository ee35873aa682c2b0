"""Installs what the product needs into the clone: ``.venv`` from the hash lock, and the built pages.

Runs on a bare Python 3.10, before any package is there, so it imports the standard library only.
"""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from deploy.stamps import digest, leave, matches
from deploy.steps import ROOT, Problem, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
WEB = ROOT / "web"
NODE = (20, 19)


def packages() -> None:
    """``.venv`` with exactly what the lock names; skipped while the lock stays the same."""
    lock = ROOT / "requirements.txt"
    value, stamp = digest([lock], ROOT, salt=sys.version), VENV / "wanhao.hash"
    if matches(stamp, value) and _runs(PYTHON, "import sys"):
        return
    if not _runs(PYTHON, "import pip, sys; sys.exit(sys.version_info[:2] != (3, 10))"):
        step("Making .venv", [sys.executable, "-m", "venv", *_clear(), str(VENV)], "venv")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off"]
    step("Installing Python packages (takes some minutes)", [*pip, "--require-hashes", "-r", lock], "pip")
    leave(stamp, value)


def _clear() -> list[str]:
    # An environment of the right Python is only completed: it may be the one that we run in.
    return [] if _runs(PYTHON, "import sys; sys.exit(sys.version_info[:2] != (3, 10))") else ["--clear"]


def _runs(python: Path, code: str) -> bool:
    return python.exists() and subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0


def pages() -> None:
    """The pages in ``web/dist``; skipped while their sources stay the same."""
    lock = digest([WEB / "package-lock.json"], WEB)
    sources = digest([path for path in sorted(WEB.iterdir()) if path.name not in {"tests", "dev"}], WEB)
    installed, built = WEB / "node_modules" / ".wanhao-lock", WEB / "node_modules" / ".wanhao-built"
    if not matches(installed, lock):
        step("Installing the pages' packages", ["npm", "ci", "--no-audit", "--no-fund"], "npm", cwd=WEB)
        leave(installed, lock)
    if not matches(built, sources) or not any((WEB / "dist").glob("*.html")):
        step("Building the pages", ["npm", "run", "build"], "pages", cwd=WEB)
        leave(built, sources)


def need_node() -> None:
    """Raises a :class:`Problem` unless a Node that can build the pages is there."""
    found = node_version()
    wanted = ".".join(map(str, NODE))
    if found is None:
        raise Problem(f"Node.js was not found: install Node {wanted} or newer with npm, then run this again.")
    if found < NODE:
        version = ".".join(map(str, found))
        raise Problem(f"Node.js {version} is too old: install Node {wanted} or newer, then run this again.")


def node_version() -> tuple[int, int] | None:
    """Major and minor version of the Node on PATH; none without Node or npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", answer)
    return (int(match[1]), int(match[2])) if match else None


def main() -> int:
    """Installs everything. Exit code 1 and a sentence when something is missing."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        need_node()
        packages()
        pages()
    except Problem as problem:
        problem.show()
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
