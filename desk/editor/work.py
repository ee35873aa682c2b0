"""Work that the author process does for editors: asked for once for a key, with what must be answered for."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import retried, transaction
from desk.editor import drafts
from desk.editor.people import Shown
from desk.errors import Refused
from desk.staff import audit
from knowledge_base.authoring import jobs
from knowledge_base.authoring.drafts import APPROVED, DISCARDED, PUBLISHED, WrongState
from knowledge_base.authoring.models import Job
from knowledge_base.authoring.release import to_take_back


@retried
def train(me: int, draft: int, key: str) -> Shown:
    """Trains a draft's model. Raises Refused."""
    with drafts.changing() as session:
        row = drafts.found(session, draft)
        if row.state in {PUBLISHED, DISCARDED} and jobs.known(session, key) is None:
            raise WrongState
        return _asked(session, me, "train", key, draft)


@retried
def publish(me: int, draft: int, key: str) -> Shown:
    """Publishes an approved draft. Raises Refused."""
    with drafts.changing() as session:
        row = drafts.found(session, draft)
        if jobs.known(session, key) is None:
            if row.state != APPROVED:
                raise WrongState
            _refuse_if_busy(session)
            drafts.note(session, me, "kb_publish", row)
        return _asked(session, me, "publish", key, draft)


@retried
def roll_back(me: int, key: str, reason: str, release: int | None) -> Shown:
    """Takes back what went live last, if that is the release that is named, or none is. Raises Refused."""
    with transaction() as session:
        newest = to_take_back(session)
        if jobs.known(session, key) is None:
            _refuse_if_busy(session)
            if release not in (None, newest):
                raise Refused(409, "wrong_state", "kb_not_newest")
            audit.note(session, me, "kb_rollback", "", reason)
        return _asked(session, me, "rollback", key, arguments={"reason": reason, "release": newest})


def shown(job: int) -> Shown:
    """A job. Raises Refused."""
    found = jobs.find(job)
    if found is None:
        raise Refused(404, "not_found")
    return found


def cancel(me: int, job: int) -> Shown:
    """Ends a job, if its kind can be. Raises Refused."""
    with transaction() as session:
        row = session.get(Job, job, with_for_update=True)
        ends = row is not None and row.ended_at is None
        found = jobs.cancel(job, session)
        if found is None:
            raise Refused(404, "not_found")
        if found["kind"] not in jobs.CANCELLABLE and found["state"] != jobs.CANCELLED:
            raise Refused(409, "wrong_state", "kb_not_cancelled")
        if ends:
            audit.note(session, me, "kb_cancel", f"{found['kind']} {job}")
        return found


def _refuse_if_busy(session: Session) -> None:
    """One publishing at a time: a second one would only wait, and go live unasked."""
    busy = session.scalar(
        sa.select(Job.id).where(Job.kind.in_(("publish", "rollback")), Job.state.in_((jobs.WAITING, jobs.RUNNING)))
    )
    if busy is not None:
        raise Refused(409, "publishing", "kb_publishing")


def _asked(
    session: Session, me: int, kind: str, key: str, draft: int | None = None, arguments: dict[str, Any] | None = None
) -> Shown:
    try:
        return jobs.enqueue(kind, key, draft, me, arguments, session)
    except ValueError as error:
        raise Refused(409, "wrong_state", "kb_key_used") from error
