"""Drafts in the database: who changed what, what was undone, and their way to being published.

open → submitted → approved → published; any of the first three → discarded. A second person approves. What is saved
after that takes the submission back. Functions with a session belong to the caller's transaction, which writes the
audit with it.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading, transaction
from common.times import utc_now
from knowledge_base.authoring import models
from knowledge_base.authoring.changes import Change, Value, canonical, same
from knowledge_base.authoring.models import Draft, Edit

OPEN, SUBMITTED, APPROVED, PUBLISHED, DISCARDED = "open", "submitted", "approved", "published", "discarded"
# (state, what happens) -> state. What is not here is refused.
MOVES = {
    (OPEN, "changed"): OPEN,
    (SUBMITTED, "changed"): OPEN,
    (APPROVED, "changed"): OPEN,
    (OPEN, "submitted"): SUBMITTED,
    (SUBMITTED, "approved"): APPROVED,
    (SUBMITTED, "rejected"): OPEN,
    (APPROVED, "rejected"): OPEN,
    (OPEN, "discarded"): DISCARDED,
    (SUBMITTED, "discarded"): DISCARDED,
    (APPROVED, "discarded"): DISCARDED,
}
UNSET: Any = object()


class WrongState(Exception):
    """What was asked for is not possible in the draft's state."""


class SamePerson(Exception):
    """Who has worked on a draft does not approve it."""


class NothingToUndo(Exception):
    """The person has saved nothing that is not undone yet, or somebody else has changed it since."""


class NotReady(Exception):
    """A draft that may not be submitted yet: `code` empty, report_missing, report_stale, findings, reasons_missing."""

    def __init__(self, code: str, cases: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.cases = cases or []


class Stale(Exception):
    """Somebody else has saved the object meanwhile: `value` as they left it, `version`, `author` (staff id or None)."""

    def __init__(self, value: Value | None, version: int, author: int | None) -> None:
        super().__init__(version)
        self.value, self.version, self.author = value, version, author


def create(session: Session, key: str, title: str, staff: int) -> tuple[Draft, bool]:
    """A new draft; the same key again gives the same one. The second value says whether it is new."""
    row = session.scalar(sa.select(Draft).where(Draft.key == key))
    if row is not None:
        return row, False
    row = Draft(key=key, title=title, created_by=staff, created_at=utc_now(), state=OPEN, reasons={}, note="")
    session.add(row)
    session.flush()
    return row, True


def locked(session: Session, draft: int) -> Draft | None:
    """The draft's row, held until the transaction ends."""
    row: Draft | None = session.get(Draft, draft, with_for_update=True)
    return row


def changes(draft: int) -> list[Change]:
    """What a draft changes, as it was saved: each with the base that it was begun from."""
    with reading() as session:
        return changes_in(session, draft)


def changes_in(session: Session, draft: int) -> list[Change]:
    """`changes` inside a session of the caller's."""
    return [Change(row.kind, row.key, row.base, row.value) for row in rows(session, draft)]


def rows(session: Session, draft: int) -> list[models.Change]:
    """The rows of a draft's changes, in the order in which they began."""
    return list(session.scalars(sa.select(models.Change).where(models.Change.draft_id == draft).order_by("id")))


def held(session: Session, draft: int, kind: str, key: str) -> models.Change | None:
    """The row of one object, if the draft changes it."""
    row: models.Change | None = session.scalar(
        sa.select(models.Change).where(
            models.Change.draft_id == draft, models.Change.kind == kind, models.Change.key == key
        )
    )
    return row


def newest_edit(session: Session, draft: int) -> int:
    """The id of what was saved or undone last; 0 where nothing was."""
    return int(session.scalar(sa.select(sa.func.max(Edit.id)).where(Edit.draft_id == draft)) or 0)


def save(
    session: Session,
    draft: int,
    kind: str,
    key: str,
    value: Value | None,
    version: int | None,
    staff: int,
    *,
    live: Value | None,
    base: Value | None = UNSET,
    group: str | None = None,
) -> int:
    """What an object shall become (None: be deleted); its new version, 0 when it is again as it is `live`.

    `version` is the one that the editor has seen, None for whoever has just read it in this transaction; `base` the
    live value that they began with, where it is another than the change has, or has none yet. Savings of one `group`
    are undone together. Raises WrongState, Stale.
    """
    row = _changing(session, draft)
    found = held(session, draft, kind, key)
    if version is not None and version != (found.version if found else 0):
        raise _stale(found, live)
    value = None if value is None else canonical(kind, value)
    if found is not None and base is UNSET and same(kind, found.value, value):
        return int(found.version)
    before = _kept(found)
    begun = base if base is not UNSET else (found.base if found is not None else live)
    after = None if same(kind, value, live) else {"base": begun, "value": value}
    if before == after:
        return int(found.version) if found else 0
    _take_back(row)
    edit = _edit(session, draft, kind, key, before, after, staff, group or uuid.uuid4().hex)
    return _put(session, edit)


def undo(session: Session, draft: int, staff: int) -> list[tuple[str, str]]:
    """Takes back what somebody saved last, with all that was saved at once; (kind, key) of what it was.

    Raises WrongState, NothingToUndo.
    """
    row = _changing(session, draft)
    mine = sa.select(Edit).where(Edit.draft_id == draft, Edit.undone.is_(False))
    last = session.scalar(mine.where(Edit.staff_id == staff).order_by(Edit.id.desc()).limit(1))
    if last is None:
        raise NothingToUndo
    edits = session.scalars(mine.where(Edit.group == last.group).order_by(Edit.id.desc())).all()
    for edit in edits:
        if _kept(held(session, draft, edit.kind, edit.key)) != edit.after:
            raise NothingToUndo
        edit.undone = True
        back = _edit(session, draft, edit.kind, edit.key, edit.after, edit.before, staff, last.group)
        back.undone = True
        _put(session, back, author=_author_before(session, edit) or staff)
    _take_back(row)
    return [(edit.kind, edit.key) for edit in reversed(edits)]


def trained(draft: int, content_hash: str, report: Mapping[str, Any]) -> None:
    """Keeps what a training found, and which files it was of."""
    with transaction() as session:
        row = locked(session, draft)
        if row is not None:
            row.content_hash, row.report = content_hash, dict(report)


def submit(
    session: Session, draft: int, staff: int, note: str, reasons: Mapping[str, str], content_hash: str | None
) -> None:
    """Asks for a second person's approval; `reasons`: why fixed cases may break, `content_hash`: of the files now.

    Raises WrongState, NotReady.
    """
    row = _moved(session, draft, "submitted")
    given = {case: reason.strip() for case, reason in reasons.items() if reason.strip()}
    broken = _broken(row)
    if session.scalar(sa.select(models.Change.id).where(models.Change.draft_id == draft).limit(1)) is None:
        raise NotReady("empty")
    _refuse_unless_fresh(row, content_hash)
    if (row.report.get("findings") or {}).get("error"):
        raise NotReady("findings")
    if missing := [case for case in broken if case not in given]:
        raise NotReady("reasons_missing", missing)
    row.submitted_by, row.submitted_at, row.note = staff, utc_now(), note
    row.reasons = {case: given[case] for case in broken}
    row.reviewed_by = row.reviewed_at = None
    row.review_note = ""


def approve(session: Session, draft: int, staff: int, note: str, content_hash: str | None) -> None:
    """A second person agrees. Raises WrongState, SamePerson, NotReady."""
    row = _moved(session, draft, "approved")
    if staff in authors(session, row):
        raise SamePerson
    _refuse_unless_fresh(row, content_hash)
    row.reviewed_by, row.reviewed_at, row.review_note = staff, utc_now(), note


def reject(session: Session, draft: int, staff: int, note: str) -> None:
    """Gives the draft back to its editors, who read why. Raises WrongState."""
    row = _moved(session, draft, "rejected")
    row.reviewed_by, row.reviewed_at, row.review_note = staff, utc_now(), note


def discard(session: Session, draft: int) -> None:
    """Gives a draft up; what it held stays to be read. Raises WrongState."""
    _moved(session, draft, "discarded")


def authors(session: Session, row: Draft) -> set[int]:
    """Whoever began the draft, submitted it, or saved anything in it that was not taken back."""
    saved = session.scalars(sa.select(Edit.staff_id).where(Edit.draft_id == row.id, Edit.undone.is_(False)).distinct())
    return {row.created_by, *saved} | ({row.submitted_by} if row.submitted_by is not None else set())


def _moved(session: Session, draft: int, event: str) -> Draft:
    row = locked(session, draft)
    state = None if row is None else MOVES.get((row.state, event))
    if row is None or state is None:
        raise WrongState
    row.state = state
    return row


def _changing(session: Session, draft: int) -> Draft:
    row = locked(session, draft)
    if row is None or (row.state, "changed") not in MOVES:
        raise WrongState
    return row


def _take_back(row: Draft) -> None:
    """Nobody has agreed to what the draft is now."""
    row.state = MOVES[row.state, "changed"]


def _refuse_unless_fresh(row: Draft, content_hash: str | None) -> None:
    if row.report is None:
        raise NotReady("report_missing")
    if content_hash is None or row.content_hash != content_hash:
        raise NotReady("report_stale")


def _broken(row: Draft) -> list[str]:
    cases = (row.report or {}).get("cases") or {}
    return [str(case["text"]) for case in cases.get("broken") or []]


def _stale(found: models.Change | None, live: Value | None) -> Stale:
    return Stale(live, 0, None) if found is None else Stale(found.value, found.version, found.staff_id)


def _kept(found: models.Change | None) -> Value | None:
    return None if found is None else {"base": found.base, "value": found.value}


def _edit(
    session: Session,
    draft: int,
    kind: str,
    key: str,
    before: Value | None,
    after: Value | None,
    staff: int,
    group: str,
) -> Edit:
    edit = Edit(draft_id=draft, group=group, kind=kind, key=key, before=before, after=after, staff_id=staff)
    edit.undone = False
    session.add(edit)
    session.flush()
    return edit


def _put(session: Session, edit: Edit, author: int | None = None) -> int:
    """Has the draft hold what an edit says; the version, which is the edit's id."""
    found = held(session, edit.draft_id, edit.kind, edit.key)
    if edit.after is None:
        if found is not None:
            session.delete(found)
            session.flush()
        return 0
    if found is None:
        found = models.Change(draft_id=edit.draft_id, kind=edit.kind, key=edit.key)
        session.add(found)
    found.base, found.value, found.version = edit.after["base"], edit.after["value"], edit.id
    found.staff_id, found.at = author or edit.staff_id, utc_now()
    session.flush()
    return int(edit.id)


def _author_before(session: Session, edit: Edit) -> int | None:
    """Who saved what an undone edit had changed."""
    found: int | None = session.scalar(
        sa.select(Edit.staff_id)
        .where(
            Edit.draft_id == edit.draft_id,
            Edit.kind == edit.kind,
            Edit.key == edit.key,
            Edit.id < edit.id,
            Edit.undone.is_(False),
        )
        .order_by(Edit.id.desc())
        .limit(1)
    )
    return found
