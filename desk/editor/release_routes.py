"""What went live, what was done, and how it stands now."""

import sqlalchemy as sa
from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from common.database import reading
from desk.bot_server import BotServer
from desk.editor import inbox_shown, people, shown
from desk.editor.people import WRITERS, Id, Reader, Shown
from desk.errors import Refused
from desk.staff import audit
from knowledge_base.authoring import jobs
from knowledge_base.authoring.models import Release
from knowledge_base.authoring.release import LIVE, to_take_back

PAGE = 100


def add(router: APIRouter) -> None:
    """See the module."""

    @router.get("/overview")
    def overview(me: Reader) -> Shown:
        """What waits, what is live, and what the author works on."""
        with reading() as session:
            current = _current(session)
            return {
                "inbox": {"open": inbox_shown.open_sentences(session)},
                "drafts": shown.counts(session),
                "live": None
                if current is None
                else {"release": current.id, "title": current.title, "at": people.stamp(current.live_at)},
                "job": jobs.latest(session),
                "me": {"id": me.id, "name": me.name, "role": me.role, "writes": me.role in WRITERS},
            }

    @router.get("/releases")
    def list_releases(_: Reader) -> list[Shown]:
        """What went live, or failed to, newest first."""
        with reading() as session:
            rows = list(session.scalars(sa.select(Release).order_by(Release.id.desc()).limit(PAGE)))
            return [{**one, "diff": None} for one in _shown(session, rows)]

    @router.get("/releases/{release}")
    def show_release(_: Reader, release: Id) -> Shown:
        """One release, with what changed."""
        with reading() as session:
            row = session.get(Release, release)
            if row is None:
                raise Refused(404, "not_found")
            return _shown(session, [row])[0]

    @router.get("/history")
    def history(_: Reader, before: int | None = Query(None, ge=1, le=2**31 - 1)) -> list[Shown]:
        """Who did what to the knowledge, newest first."""
        return [{**row, "at": people.stamp(row["at"])} for row in audit.read(before, begins="kb_")]


def _current(session: Session) -> Release | None:
    """The release that answers; none where it is the project's files without any."""
    row: Release | None = session.scalar(sa.select(Release).join(BotServer, BotServer.release == Release.id))
    if row is None:
        row = session.scalar(sa.select(Release).where(Release.state.in_(LIVE)).order_by(Release.id.desc()).limit(1))
    return row


def _shown(session: Session, rows: list[Release]) -> list[Shown]:
    involved = [one for row in rows for one in (*row.authors, row.approved_by, row.published_by)]
    names = people.names(session, involved)
    current, last = _current(session), to_take_back(session)
    return [
        {
            "id": row.id,
            "draft": row.draft_id,
            "title": row.title,
            "note": row.note,
            "state": row.state,
            "authors": [names[one] for one in row.authors if one in names],
            "approved_by": names.get(row.approved_by),
            "published_by": names.get(row.published_by),
            "started_at": people.stamp(row.started_at),
            "live_at": people.stamp(row.live_at),
            "written_at": people.stamp(row.written_at),
            "reverts": row.reverts,
            "reasons": row.reasons,
            "files": row.files,
            "figures": row.figures,
            "diff": row.diff,
            "failure": row.failure,
            "current": current is not None and row.id == current.id,
            "can_rollback": row.id == last,
        }
        for row in rows
    ]
