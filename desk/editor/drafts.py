"""Drafts and what is saved in them, with what must be answered for. All functions block."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from common.database import reading, retried, transaction
from desk.editor import assigned, knowledge, people
from desk.editor.people import Shown
from desk.errors import Refused
from desk.staff import audit
from knowledge_base.authoring import drafts
from knowledge_base.authoring.changes import Change, Value
from knowledge_base.authoring.diff import title_of
from knowledge_base.authoring.drafts import NothingToUndo, NotReady, SamePerson, Stale, WrongState
from knowledge_base.authoring.models import Draft
from knowledge_base.authoring.shapes import MOST_KEY, is_odd, misshapen

# Why a draft may not go on, and the name of the sentence that says so.
NOT_READY = {
    "empty": "kb_empty",
    "report_missing": "kb_report_missing",
    "report_stale": "kb_report_stale",
    "findings": "kb_findings",
    "reasons_missing": "kb_reasons_missing",
}


@contextmanager
def changing() -> Iterator[Session]:
    """A transaction in which drafts are changed; what they refuse is said to the page."""
    try:
        with transaction() as session:
            yield session
    except WrongState as error:
        raise Refused(409, "wrong_state", "kb_wrong_state") from error
    except SamePerson as error:
        raise Refused(403, "same_person", "kb_same_person") from error
    except NothingToUndo as error:
        raise Refused(409, "nothing_to_undo", "kb_nothing_to_undo") from error
    except NotReady as error:
        facts = {"cases": error.cases} if error.cases else None
        raise Refused(409, error.code, NOT_READY[error.code], facts) from error
    except Stale as error:
        with transaction() as session:
            author = people.names(session, [error.author]).get(error.author, "")
        theirs = {"value": error.value, "version": error.version, "author": author}
        raise Refused(409, "stale", "kb_stale", {"theirs": theirs}) from error


def found(session: Session, draft: int) -> Draft:
    """The draft, held until the transaction ends. Raises Refused."""
    row = drafts.locked(session, draft)
    if row is None:
        raise Refused(404, "not_found")
    return row


@retried
def create(me: int, key: str, title: str) -> int:
    """A new draft, once for a key; its id."""
    with changing() as session:
        row, new = drafts.create(session, key, title, me)
        if new:
            note(session, me, "kb_create", row)
        return int(row.id)


def rename(me: int, draft: int, title: str) -> None:
    """Another title. Raises Refused."""
    with changing() as session:
        row = found(session, draft)
        if (row.state, "changed") not in drafts.MOVES:
            raise WrongState
        if row.title != title:
            note(session, me, "kb_rename", row, title)
            row.title = title


def discard(me: int, draft: int) -> None:
    """Gives a draft up; the inbox has its sentences back. Raises Refused."""
    with changing() as session:
        row = found(session, draft)
        drafts.discard(session, draft)
        assigned.given_back(session, draft)
        note(session, me, "kb_discard", row)


def save(
    me: int, draft: int, kind: str, key: str, value: Value | None, version: int, base: Any = drafts.UNSET
) -> Shown:
    """One object as it shall become; its version and the draft's state. Raises Refused."""
    if not 0 < len(key) <= MOST_KEY or is_odd(key):
        raise Refused(422, "bad_request")
    for begun in (value, *([] if base is drafts.UNSET else [base])):
        if problems := misshapen(Change(kind, key, None, begun)):
            raise Refused(422, "bad_request", "kb_shape", problem=problems[0].message)
    live = knowledge.live().objects[kind].get(key)
    with changing() as session:
        row = found(session, draft)
        made = drafts.save(session, draft, kind, key, value, version, me, live=live, base=base)
        assigned.looked_after(session, draft)
        return {"version": made, "state": row.state}


def save_all(session: Session, me: int, draft: int, changes: Sequence[Change], group: str) -> int:
    """Several objects at once, over whatever the draft has of them, undone as one; how many the draft has of them now.

    Raises WrongState.
    """
    objects, held = knowledge.live().objects, 0
    for one in changes:
        live = objects[one.kind].get(one.key)
        held += drafts.save(session, draft, one.kind, one.key, one.value, None, me, live=live, group=group) > 0
    assigned.looked_after(session, draft)
    return held


def undo(me: int, draft: int) -> list[Shown]:
    """Takes back what somebody saved last; the objects. Raises Refused."""
    objects = knowledge.live().objects
    with changing() as session:
        found(session, draft)
        undone = drafts.undo(session, draft, me)
        assigned.looked_after(session, draft)
        held = {(one.kind, one.key): one.value for one in drafts.changes_in(session, draft)}
    return [
        {"kind": kind, "key": key, "title": title_of(kind, key, held.get((kind, key)) or objects[kind].get(key))}
        for kind, key in dict.fromkeys(undone)
    ]


def submit(me: int, draft: int, remark: str, reasons: Mapping[str, str]) -> None:
    """Asks for approval. Raises Refused."""
    content_hash = _content_hash(draft)
    with changing() as session:
        row = found(session, draft)
        drafts.submit(session, draft, me, remark, reasons, content_hash)
        note(session, me, "kb_submit", row, "; ".join(f"{case}: {why}" for case, why in row.reasons.items()))


def approve(me: int, draft: int, remark: str) -> None:
    """A second person agrees. Raises Refused."""
    content_hash = _content_hash(draft)
    with changing() as session:
        row = found(session, draft)
        drafts.approve(session, draft, me, remark, content_hash)
        note(session, me, "kb_approve", row, remark)


def reject(me: int, draft: int, remark: str) -> None:
    """Gives it back to its editors. Raises Refused."""
    with changing() as session:
        row = found(session, draft)
        drafts.reject(session, draft, me, remark)
        note(session, me, "kb_reject", row, remark)


def note(session: Session, me: int, action: str, row: Draft, detail: str = "") -> None:
    """Writes down who did what to a draft."""
    audit.note(session, me, action, f"{row.id} {row.title}", detail)


def upon(draft: int) -> knowledge.Upon:
    """A draft upon the live knowledge. Raises Refused."""
    with reading() as session:
        if session.get(Draft, draft) is None:
            raise Refused(404, "not_found")
        changes = drafts.changes_in(session, draft)
    return knowledge.upon(changes)


def _content_hash(draft: int) -> str | None:
    """Of the files that it would make now. Raises Refused while it contradicts what is live."""
    on = upon(draft)
    if on.conflicts:
        raise Refused(409, "conflicts", "kb_conflicts")
    return on.content_hash()
