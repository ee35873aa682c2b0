"""One publisher at a time, and what becomes of a publishing that was interrupted: it is ended, or undone.

Up to the moment in which a release goes live nothing of the project has changed: it is given up. From then on customers
have it: the rest is done, from its folder.
"""

import fcntl
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from common.database import engine, reading, transaction
from common.settings import ROOT, settings
from common.times import utc_now
from knowledge_base.authoring.models import IntentName, Release
from knowledge_base.authoring.release import Folder, Manifest, put, sync, text_of, tidy
from knowledge_base.content import content

logger = logging.getLogger(__name__)


class Busy(Exception):
    """Somebody else publishes."""


class Failed(Exception):
    """A command of `deploy` failed; what it said."""


@contextmanager
def alone(*, wait: bool = False) -> Iterator[IO[str]]:
    """The publisher's block: one of all processes is in it, also while what it has started goes on after its death.

    Raises Busy, unless it is to wait.
    """
    settings().releases_dir.mkdir(parents=True, exist_ok=True)
    with (settings().releases_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Busy from None
        yield lock


def recover() -> list[int]:
    """Ends what an interrupted publishing has left, and says which releases; nothing while somebody publishes."""
    with reading() as session:
        if not session.scalar(_open().limit(1)):
            return []
    try:
        with alone() as lock:
            return mend(lock)
    except Busy:
        return []


def _open() -> sa.sql.Select:
    return sa.select(Release.id).where(Release.state.in_(("preparing", "live"))).order_by(Release.id)


def mend(lock: IO[str], root: Path = ROOT) -> list[int]:
    """As `recover`, in the publisher's block."""
    with reading() as session:
        found: list[int] = session.scalars(_open()).all()
    for release in found:
        if not give_up(release, content("publishing")["interrupted"]):
            if Folder(release).path.is_dir():
                finish(release, lock, root)
            else:
                _lose(release)
        logger.info("release %d, which was interrupted, is ended", release)
    return found


def give_up(release: int, failure: str) -> bool:
    """Ends a release that is not live; False, and nothing, for one that is."""
    with transaction() as session:
        preparing = sa.update(Release).where(Release.id == release, Release.state == "preparing")
        if session.execute(preparing.values(state="failed", failure=failure)).rowcount != 1:
            return False
        tidy(session)
        return True


def _lose(release: int) -> None:
    """Ends a release that was live, but whose folder somebody has taken away."""
    with transaction() as session:
        row = session.get(Release, release)
        row.state, row.failure = "failed", content("publishing")["refused"]["gone"].format(release=release)


def finish(release: int, lock: IO[str], root: Path = ROOT) -> list[str]:
    """Has the project's files and its model follow a release that is live; done twice it does nothing more.

    Returns a sentence if somebody else has changed files meanwhile; what they wrote is kept in the release's folder.
    """
    _make_durable()
    folder = Folder(release)
    manifest = folder.manifest
    others = [path for path in manifest.files if _write(folder, path, root)]
    told = [content("publishing")["overwritten"].format(files="、".join(others), release=release)] if others else []
    if manifest.model:
        command(lock, root, "adopt", "--archive", str(folder.archive))
    with transaction() as session:
        row = session.get(Release, release)
        row.state, row.written_at = "written", utc_now()
        row.note = "\n".join(filter(None, (row.note, *told)))
        _rename(session, row, manifest)
        tidy(session)
    return told


def _write(folder: Folder, path: str, root: Path) -> bool:
    """Writes one file of the project; whether it was neither the former nor the new one."""
    now, after = text_of(root / path), folder.after(path)
    if now == after:
        return False
    other = now != folder.before(path)
    if other:
        put(folder.path / "kept" / path, now)
    put(root / path, after)
    return other


def _make_durable() -> None:
    """Waits until what is committed is on disk, as SQLite does not: no file may be newer than what tells of it."""
    if engine().dialect.name == "sqlite":
        log = Path(f"{engine().url.database}-wal")
        if log.exists():
            sync(log)


def _rename(session: sa.orm.Session, row: Release, manifest: Manifest) -> None:
    """Has past figures count for what an intent is called now."""
    if row.reverts is not None:
        session.execute(sa.delete(IntentName).where(IntentName.release_id == row.reverts))
    for old, new in manifest.renames.items():
        session.execute(sa.delete(IntentName).where(IntentName.old == new))
        session.merge(IntentName(old=old, new=new, release_id=row.id))


def command(lock: IO[str], root: Path, *arguments: str) -> str:
    """Runs `python -m deploy …` to its end and returns what it said. Raises Failed.

    It holds the publisher's lock, too: should the publisher die, nobody recovers before it has ended.
    """
    run = subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-m", "deploy", *arguments],
        cwd=root,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        pass_fds=(lock.fileno(),),
        check=False,
    )
    if run.returncode:
        raise Failed(run.stdout.strip())
    return run.stdout
