"""Renaming, merging, splitting and deleting intents in a draft. All functions block."""

import uuid
from collections.abc import Sequence

from common.database import reading
from desk.editor import drafts, knowledge
from desk.editor.people import Shown
from desk.errors import Refused
from knowledge_base.authoring import drafts as stored
from knowledge_base.authoring import refactor as refactorings
from knowledge_base.authoring.changes import Change, Invalid
from knowledge_base.authoring.diff import title_of
from knowledge_base.authoring.knowledge import Knowledge


def refactor(
    me: int, draft: int, action: str, intent: str, to: str | None, sentences: Sequence[str], dry: bool
) -> Shown:
    """What names the intent, and the objects that change; saved unless `dry`. Raises Refused."""
    with reading() as session:
        seen = stored.newest_edit(session, draft)
    try:
        made = drafts.upon(draft).made()
        changes = _changes(made, action, intent, to, sentences)
    except refactorings.Refused as error:
        raise Refused(422, error.code, "kb_refused", reason=error.detail) from error
    except Invalid as error:
        raise Refused(422, "invalid", "kb_shape", problem=error.problems[0].message) from error
    if not dry:
        with drafts.changing() as session:
            row = drafts.found(session, draft)
            if stored.newest_edit(session, draft) != seen:
                # Somebody has saved meanwhile what these changes do not know of, and would write over.
                raise stored.WrongState
            drafts.save_all(session, me, draft, changes, uuid.uuid4().hex)
            drafts.note(session, me, f"kb_{action}", row, f"{intent} → {to}" if to else intent)
    return {
        "impact": refactorings.impact(made, intent),
        "changes": [
            {
                "kind": one.kind,
                "key": one.key,
                "title": title_of(one.kind, one.key, one.value or one.base),
                "change": knowledge.words_for_change(one.base, one.value),
            }
            for one in changes
        ],
    }


def _changes(made: Knowledge, action: str, intent: str, to: str | None, sentences: Sequence[str]) -> list[Change]:
    if action == "delete":
        return refactorings.delete(made, intent, to)
    if to is None:
        raise Refused(422, "bad_request")
    if action == "split":
        return refactorings.split(made, intent, to, sentences)
    return refactorings.rename(made, intent, to) if action == "rename" else refactorings.merge(made, intent, to)
