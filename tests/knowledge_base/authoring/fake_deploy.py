"""`python -m deploy` and a training without servers and models, for tests of what the publisher does around them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import pytest

from common.database import transaction
from knowledge_base.authoring import publish, recovery, workspace
from knowledge_base.authoring.recovery import Failed
from knowledge_base.authoring.release import went_live


class Deploy:
    """What `python -m deploy` does for the publisher, without servers; `fails` says when a switch does not succeed."""

    def __init__(self) -> None:
        self.fails: str | None = None
        self.meanwhile: Callable[[], None] = lambda: None
        self.archives: list[str | None] = []

    @classmethod
    def in_place(cls, monkeypatch: pytest.MonkeyPatch, folder: Path) -> "Deploy":
        """One that the publisher calls; a training leaves an archive in `folder` that tells its count of examples."""
        made = cls()
        for module in (publish, recovery):
            monkeypatch.setattr(module, "command", made)

        def train(after: Mapping[str, str], progress: Callable[[int], None]) -> Path:
            progress(50)
            archive = folder / "trained.tar.gz"
            archive.unlink(missing_ok=True)
            archive.write_text(str(sum(text.count("    - ") for text in after.values())))
            return archive

        monkeypatch.setattr(workspace, "train", train)
        return made

    def __call__(self, _lock: IO[str], root: Path, what: str, *arguments: str) -> str:
        given = dict(zip(arguments[::2], arguments[1::2], strict=True))
        archive = given.get("--archive")
        if what == "adopt":
            assert archive is not None
            models, beside = root / "models", Path(archive).with_name("wanhao.hash")
            (models / "next").unlink(missing_ok=True)
            (models / "next").hardlink_to(archive)
            (models / "next").replace(models / "wanhao.tar.gz")
            told = beside.read_text() if beside.exists() else f"of {Path(archive).read_text()}\n"
            (models / "wanhao.hash").write_text(told)
            return ""
        self.meanwhile()
        if self.fails == "before":
            raise Failed("why it failed\nThe next model did not start.")
        self.archives.append(None if archive is None else Path(archive).read_text())
        with transaction() as session:
            went_live(session, int(given["--release"]))
        if self.fails == "after":
            raise Failed("The former server did not end.")
        return ""
