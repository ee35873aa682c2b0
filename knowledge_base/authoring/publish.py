"""The publisher: one approved draft, or a way back, goes live as a release, and is written to the project's files.

Whoever is killed here leaves a release that was not yet live, and is given up, or one that is, and is written by
`recovery`. Nothing of the project changes before a release is live.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from common.database import reading, transaction
from common.settings import ROOT
from common.times import utc_now
from knowledge_base.authoring import diff, drafts, workspace
from knowledge_base.authoring.changes import Change, Invalid
from knowledge_base.authoring.gate import NAMED, Approval, Refused, check
from knowledge_base.authoring.knowledge import Knowledge, hash_of
from knowledge_base.authoring.merge import rebased
from knowledge_base.authoring.models import Draft, Release
from knowledge_base.authoring.recovery import Busy, Failed, alone, command, finish, give_up, mend, recover
from knowledge_base.authoring.release import Folder, Manifest, text_of, to_take_back, write
from knowledge_base.content import content

logger = logging.getLogger(__name__)

__all__ = ["Refused", "publish", "recover", "roll_back"]

# Percent of the whole, and what an editor reads of it.
Progress = Callable[[int, str], None]
Texts = Mapping[str, str | None]
Result = dict[str, Any]
# How soon whoever waits for another publishing looks again.
WAIT_SECONDS = 0.2
# How many of a taken-away intent's examples another one has got, when it goes on under that name.
MOVED = 0.5


def publish(
    draft: int, staff: int | None, progress: Progress = lambda *_: None, *, wait: bool = False, root: Path = ROOT
) -> Result:
    """Publishes an approved draft: `{release, model: new or same, live_seconds, seconds, told}`.

    `told` are sentences about files that somebody else has changed meanwhile. A draft that is published already is not
    published again. While somebody else publishes it is refused, or is to `wait`. Raises Refused, and what `progress`
    raises, as long as nothing is live.
    """
    with _alone(wait, progress) as lock:
        publisher = _Publisher(lock, progress, root)
        if (known := _known(Release.draft_id == draft)) is not None:
            return known
        publisher.say("merge")
        knowledge = Knowledge.read(root)
        row, stored, authors = _stored(draft)
        changes, texts = _merged(stored, knowledge)
        after = {**knowledge.texts, **texts}
        publisher.say("gate")
        people = {row.created_by, row.submitted_by, *authors}
        approval = Approval(row.state, people, row.reviewed_by, row.content_hash, row.report, row.reasons or {})
        check(approval, hash_of(after))
        if not texts:
            raise Refused("nothing")
        made = Release(
            draft_id=draft,
            title=row.title,
            note=row.note or "",
            authors=authors,
            approved_by=row.reviewed_by,
            published_by=staff,
            reasons=row.reasons or {},
            figures=row.report,
            diff=diff.shown(knowledge.objects, changes),
        )
        archive = publisher.model(after, texts)
        manifest = Manifest(sorted(texts), archive is not None, list(map(asdict, changes)), renamed(changes))
        return publisher.carry_out(made, manifest, texts, archive, knowledge.texts)


def roll_back(
    staff: int | None,
    reason: str,
    progress: Progress = lambda *_: None,
    *,
    release: int | None = None,
    wait: bool = False,
    root: Path = ROOT,
) -> Result:
    """Takes back the newest release that has not been taken back: its former texts and model are a release again.

    If one is named, that one alone, and not again. Files that developers have changed since keep what they changed, and
    are told. As `publish`; raises Refused, also where developers have changed the same objects.
    """
    with _alone(wait, progress) as lock:
        publisher = _Publisher(lock, progress, root)
        if release is not None and (known := _known(Release.reverts == release)) is not None:
            return known
        publisher.say("merge")
        taken = _to_take_back(release)
        folder = Folder(taken.id)
        try:
            manifest = folder.manifest
        except FileNotFoundError:
            raise Refused("gone", release=taken.id) from None
        changes = [Change(one["kind"], one["key"], one["value"], one["base"]) for one in manifest.changes]
        texts: Texts = {path: folder.before(path) for path in manifest.files}
        told = []
        others = [path for path in manifest.files if text_of(root / path) != folder.after(path)]
        if others:
            _, texts = _merged(changes, Knowledge.read(root))
            told = [content("publishing")["merged"].format(files="、".join(others))]
        made = Release(
            reverts=taken.id,
            title=content("publishing")["rollback"].format(title=taken.title)[:60],
            note="\n".join([reason, *told]),
            authors=[] if staff is None else [staff],
            published_by=staff,
            diff=diff.shown(_objects(changes, "base"), _objects(changes, "value")),
        )
        gone = {one.key for one in changes if one.kind == "intent" and one.value is None}
        renames = {new: old for old, new in manifest.renames.items() if new in gone}
        back = Manifest(sorted(texts), manifest.model, list(map(asdict, changes)), renames)
        archive = folder.former_archive if manifest.model else None
        now = {path: text_of(root / path) for path in texts}
        result = publisher.carry_out(made, back, texts, archive, now)
        return {**result, "told": told + result["told"]}


@contextmanager
def _alone(wait: bool, progress: Progress) -> Iterator[IO[str]]:
    with ExitStack() as entered:
        while True:
            try:
                lock = entered.enter_context(alone())
                break
            except Busy:
                if not wait:
                    raise Refused("busy") from None
            _say(progress, "wait")
            time.sleep(WAIT_SECONDS)
        yield lock


def _say(progress: Progress, step: str) -> None:
    told = content("publishing")["steps"][step]
    progress(told["percent"], told["text"])


def _known(*conditions: sa.sql.ColumnElement) -> Result | None:
    """The result of a release that is there already."""
    with reading() as session:
        row = session.scalar(sa.select(Release).where(Release.state == "written", *conditions).limit(1))
        return None if row is None else _result(row, [])


def _result(row: Release, told: list[str]) -> Result:
    return {
        "release": row.id,
        "model": "new" if Folder(row.id).archive.exists() else "same",
        "live_seconds": round((row.live_at - row.started_at).total_seconds(), 1),
        "seconds": round((row.written_at - row.started_at).total_seconds(), 1),
        "told": told,
    }


def _stored(draft: int) -> tuple[Draft, list[Change], list[int]]:
    """The draft's row, its changes, and who made them. Raises Refused."""
    with reading() as session:
        row = session.get(Draft, draft)
        if row is None:
            raise Refused("not_there", draft=draft)
        changes, authors = drafts.changes_in(session, draft), {one.staff_id for one in drafts.rows(session, draft)}
        session.expunge_all()
    return row, changes, sorted(authors)


def _merged(changes: Sequence[Change], knowledge: Knowledge) -> tuple[list[Change], Mapping[str, str]]:
    """The changes as they are to be made to the knowledge of now, and the files that they make. Raises Refused."""
    made, conflicts = rebased(changes, knowledge)
    if conflicts:
        titles = [diff.title_of(one.kind, one.key, one.mine or one.theirs) for one in conflicts]
        raise Refused("conflicts", objects="、".join(titles[:NAMED]))
    try:
        return made, knowledge.changed(made)
    except Invalid as invalid:
        raise Refused("invalid", why=invalid.problems[0].message) from None


def renamed(changes: Sequence[Change]) -> dict[str, str]:
    """Intents that a draft takes away, by the one that has got their examples."""
    intents = [one for one in changes if one.kind == "intent"]
    found: dict[str, str] = {}
    for old in intents:
        if old.value is None and old.base:
            had = set(old.base.get("examples") or ())
            got = {new.key: len(had & _added(new)) for new in intents if new.value is not None}
            best = max(got, key=lambda key: got[key], default=None)
            if best is not None and had and got[best] >= MOVED * len(had):
                found[old.key] = best
    return found


def _added(change: Change) -> set[str]:
    return set((change.value or {}).get("examples") or ()) - set((change.base or {}).get("examples") or ())


class _Publisher:
    """One publishing, in the publisher's block."""

    def __init__(self, lock: IO[str], progress: Progress, root: Path) -> None:
        self.root, self.lock = root, lock
        self._progress = progress
        self._began = utc_now()
        mend(lock, root)

    def say(self, step: str) -> None:
        """Tells the editor what comes now."""
        _say(self._progress, step)

    def model(self, after: Mapping[str, str], texts: Texts) -> Path | None:
        """The archive that the draft's training has made; None where the model stays. Raises Refused."""
        if not workspace.model_inputs({path: text or "" for path, text in texts.items()}):
            return None
        steps = content("publishing")["steps"]
        first, last = steps["model"]["percent"], steps["folder"]["percent"]

        def trained(percent: int) -> None:
            self._progress(first + (last - first) * percent // 100, steps["model"]["text"])

        try:
            return workspace.train(after, trained)
        except workspace.TrainingFailed:
            raise Refused("training") from None

    def carry_out(self, made: Release, manifest: Manifest, texts: Texts, archive: Path | None, former: Texts) -> Result:
        """Makes the release, lets it go live, and writes it, if the texts `former` are still so. Raises Refused."""
        self.say("folder")
        with transaction() as session:
            made.started_at, made.files = self._began, manifest.files
            session.add(made)
            session.flush()
            release: int = made.id
        try:
            folder = write(release, manifest, texts, archive, self.root)
            if any(text_of(self.root / path) != text for path, text in former.items()):
                raise Refused("changed_meanwhile")
            self.say("switch")
            model = () if archive is None else ("--archive", str(folder.archive))
            command(self.lock, self.root, "replace", "--release", str(release), *model)
        except BaseException as failure:
            logger.warning("release %d is held up: %s", release, failure)
            if give_up(release, _last_line(failure) or content("publishing")["interrupted"]):
                raise (_why(made, failure) if isinstance(failure, Failed) else failure) from None
            if not isinstance(failure, Failed):
                raise
            # It is live: only the former server has not ended well.
        with suppress(Exception):  # nobody can stop it any more
            self.say("files")
        told = finish(release, self.lock, self.root)
        with suppress(Exception):
            self.say("done")
        with reading() as session:
            return _result(session.get(Release, release), told)


def _why(made: Release, failure: Failed) -> Refused:
    with reading() as session:
        state = session.scalar(sa.select(Draft.state).where(Draft.id == made.draft_id))
    if made.draft_id is not None and state != "approved":
        return Refused("withdrawn")
    return Refused("switch", why=_last_line(failure))


def _last_line(failure: BaseException) -> str:
    """What a command says last is why it has failed."""
    return str(failure).rpartition("\n")[2]


def _to_take_back(release: int | None) -> Release:
    """The newest release that can be taken back; the one that is named, if one is. Raises Refused."""
    with reading() as session:
        newest = to_take_back(session)
        if newest is None:
            raise Refused("nothing_to_take_back")
        if release not in (None, newest):
            raise Refused("not_newest", release=release)
        row = session.get(Release, newest)
        session.expunge_all()
    return row


def _objects(changes: Sequence[Change], side: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in changes:
        if (value := getattr(one, side)) is not None:
            found.setdefault(one.kind, {})[one.key] = value
    return found
