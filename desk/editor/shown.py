"""Drafts as the editors' pages see them. All functions block."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading
from common.times import iso
from desk.editor import knowledge, people
from desk.editor.people import WRITERS
from desk.errors import Refused
from desk.staff.access import Me
from knowledge_base.authoring import diff, drafts, jobs, models
from knowledge_base.authoring.diff import title_of
from knowledge_base.authoring.drafts import APPROVED, DISCARDED, OPEN, PUBLISHED, SUBMITTED
from knowledge_base.authoring.models import Draft, Edit

Shown = dict[str, Any]

# More than are ever open; of those that are over, the newest.
MOST_DRAFTS = 200


def cards(me: Me, state: str | None) -> list[Shown]:
    """Drafts of a state, or all, newest first."""
    counted = sa.select(sa.func.count()).where(models.Change.draft_id == Draft.id).correlate(Draft).scalar_subquery()
    edited = sa.select(sa.func.max(Edit.at)).where(Edit.draft_id == Draft.id).correlate(Draft).scalar_subquery()
    query = sa.select(Draft, counted, edited).order_by(Draft.id.desc()).limit(MOST_DRAFTS)
    if state:
        query = query.where(Draft.state == state)
    with reading() as session:
        rows = session.execute(query).all()
        names = people.names(
            session, [one for row, _, _ in rows for one in (row.created_by, row.submitted_by, row.reviewed_by)]
        )
        return [_card(row, names, me) | {"changes": count, "updated_at": people.stamp(at)} for row, count, at in rows]


def whole(draft: int, me: Me) -> Shown:
    """A draft with its changes, what contradicts what is live, its report and its newest job. Raises Refused."""
    with reading() as session:
        row = session.get(Draft, draft)
        if row is None:
            raise Refused(404, "not_found")
        held = drafts.rows(session, draft)
        job = jobs.latest(session, draft)
        authors = drafts.authors(session, row)
        names = people.names(
            session,
            [row.created_by, row.submitted_by, row.reviewed_by, *(one.staff_id for one in held)],
        )
        changes = drafts.changes_in(session, draft)
    on = knowledge.upon(changes)
    objects = on.live.objects
    over = row.state in {PUBLISHED, DISCARDED}
    return _card(row, names, me) | {
        "note": row.note,
        "review_note": row.review_note,
        "reasons": row.reasons,
        "changes": [
            {
                "kind": one.kind,
                "key": one.key,
                "title": title_of(one.kind, one.key, one.value or one.base),
                "change": knowledge.words_for_change(one.base if over else objects[one.kind].get(one.key), one.value),
                "version": one.version,
                "author": names.get(one.staff_id, ""),
                "at": iso(one.at),
            }
            for one in held
        ],
        "conflicts": [
            {
                "kind": one.kind,
                "key": one.key,
                "title": title_of(one.kind, one.key, one.mine or one.theirs),
                "fields": one.fields,
                "mine": one.mine,
                "theirs": one.theirs,
            }
            for one in (() if over else on.conflicts)
        ],
        "report": row.report,
        "report_stale": row.report is not None and not over and row.content_hash != on.content_hash(),
        "job": job,
        "diff": diff.shown(objects, on.changes),
        "can": can(row, me, authors, changed=bool(held)),
        "me_author": me.id in authors,
    }


def can(row: Draft, me: Me, authors: set[int], *, changed: bool) -> dict[str, bool]:
    """What somebody may do to a draft now."""
    writes, alive = me.role in WRITERS, row.state in {OPEN, SUBMITTED, APPROVED}
    return {
        "edit": writes and alive,
        "submit": writes and row.state == OPEN and changed,
        "approve": row.state == SUBMITTED and me.id not in authors,
        "reject": row.state in {SUBMITTED, APPROVED},
        "publish": writes and row.state == APPROVED,
        "discard": writes and alive,
    }


def counts(session: Session) -> Shown:
    """How many drafts are open and how many wait for approval."""
    found = dict(session.execute(sa.select(Draft.state, sa.func.count()).group_by(Draft.state)).all())
    return {state: found.get(state, 0) for state in (OPEN, SUBMITTED, APPROVED)}


def _card(row: Draft, names: dict[int | None, str], me: Me) -> Shown:
    return {
        "id": row.id,
        "title": row.title,
        "state": row.state,
        "created_by": names.get(row.created_by, ""),
        "created_at": iso(row.created_at),
        "submitted_by": names.get(row.submitted_by),
        "submitted_at": people.stamp(row.submitted_at),
        "reviewed_by": names.get(row.reviewed_by),
        "reviewed_at": people.stamp(row.reviewed_at),
        "mine": row.created_by == me.id,
    }
