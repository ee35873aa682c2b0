"""A release: one publishing's files and model in a folder of its own, whole before anybody is answered from it.

`<id>/content/` has all content files as they are then; beside it lie the other files that change and, in `model/`, a
new model; `before/` has what they replace. The folder gets its name when all of it is on disk.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.settings import settings
from common.times import utc_now
from knowledge_base.authoring.models import Draft, Release

# Of the project.
CONTENT = "knowledge_base/content/"
MODELS = "models"
ARCHIVE = "wanhao.tar.gz"
# Beside an archive: the hash of the data that it is made from. This one no data have.
HASH = "wanhao.hash"
STALE = "stale"
# States of a release that customers get, or got.
LIVE = ("live", "written")
# Folders of the newest releases stay: so far one can go back.
KEPT = 5


class Withdrawn(Exception):
    """A release that is not to be published any more: it was given up, or its draft is no longer approved so."""


def went_live(session: Session, release: int) -> None:
    """Notes, in the transaction that makes it so, that a release is live and its draft published. Raises Withdrawn."""
    now = utc_now()
    row = session.get(Release, release, with_for_update=True)
    if row is None or row.state != "preparing":
        raise Withdrawn(release)
    row.state, row.live_at = "live", now
    if row.draft_id is not None:
        approved = sa.update(Draft).where(Draft.id == row.draft_id, Draft.state == "approved")
        if row.figures:
            # Not what has been changed, tested and approved since the release was made.
            approved = approved.where(Draft.content_hash == row.figures.get("content_hash"))
        if session.execute(approved.values(state="published")).rowcount != 1:
            raise Withdrawn(release)


def to_take_back(session: Session) -> int | None:
    """The newest release that is neither a way back nor taken back."""
    live = Release.state.in_(LIVE)
    back = sa.select(Release.reverts).where(live, Release.reverts.is_not(None))
    found: int | None = session.scalar(
        sa.select(sa.func.max(Release.id)).where(live, Release.reverts.is_(None), Release.id.not_in(back))
    )
    return found


@dataclass(frozen=True)
class Manifest:
    """What a release changes.

    `files`: paths in the project. `model`: whether it has one of its own. `changes`: the objects, as `Change` has
    them. `renames`: intents that past figures know by the former name.
    """

    files: list[str]
    model: bool
    changes: list[dict[str, Any]] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)


class Folder:
    """A release's folder, read."""

    def __init__(self, release: int) -> None:
        self.path = settings().releases_dir / str(release)

    @property
    def manifest(self) -> Manifest:
        """See Manifest. Raises FileNotFoundError for a folder that is gone."""
        return Manifest(**json.loads((self.path / "manifest.json").read_text(encoding="utf-8")))

    def after(self, path: str) -> str | None:
        """The text of a file that it changes; None: the file goes."""
        return text_of(self.path / _place(path))

    def before(self, path: str) -> str | None:
        """The text that it replaces; None: the file is new."""
        return text_of(self.path / "before" / path)

    @property
    def archive(self) -> Path:
        """Its model, if it has one of its own."""
        return self.path / "model" / ARCHIVE

    @property
    def former_archive(self) -> Path:
        """The model that its own replaces."""
        return self.path / "before" / "model" / ARCHIVE


def write(
    release: int, manifest: Manifest, texts: Mapping[str, str | None], archive: Path | None, root: Path
) -> Folder:
    """Makes a release's folder of the project's files and the texts that change (None: the file goes)."""
    made = Folder(release)
    new = made.path.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(root / CONTENT, new / "content", ignore=lambda _, names: [name for name in names if name[0] == "."])
    for path, text in texts.items():
        put(new / _place(path), text)
        put(new / "before" / path, text_of(root / path))
    if archive is not None:
        _keep(archive, new / "model")
        _keep(root / MODELS / ARCHIVE, new / "before" / "model")
        stamp = text_of(root / MODELS / HASH)
        put(new / "before" / "model" / HASH, STALE if stamp is None else stamp)
        # Only a former model has one; a new one's data are the files, once they are written.
        put(new / "model" / HASH, text_of(archive.with_name(HASH)))
    put(new / "manifest.json", json.dumps(asdict(manifest), ensure_ascii=False))
    for file in new.rglob("*"):
        sync(file)
    new.rename(made.path)
    sync(made.path.parent)
    return made


def _place(path: str) -> str:
    """Where a file of the project lies in a release's folder."""
    return f"content/{path.removeprefix(CONTENT)}" if path.startswith(CONTENT) else path


def _keep(archive: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    try:
        (folder / ARCHIVE).hardlink_to(archive)
    except OSError:  # on another disk
        shutil.copy(archive, folder / ARCHIVE)


def text_of(path: Path) -> str | None:
    """The text of a file; None when there is none."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None


def put(path: Path, text: str | None) -> None:
    """Makes a file hold a text (None: not be there) in one step, which a power cut finds done or not begun."""
    if text is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text.encode())
    sync(beside)
    if path.exists():
        shutil.copymode(path, beside)
    beside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Waits until a file or a folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tidy(session: Session) -> None:
    """Takes away all folders but those of the newest releases, and what interrupted ones have left."""
    newest = sa.select(Release.id).where(Release.state.in_(LIVE)).order_by(Release.id.desc())
    kept = {str(release) for release in session.scalars(newest.limit(KEPT))}
    for path in settings().releases_dir.iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path)
