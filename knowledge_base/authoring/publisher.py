"""The author's jobs that change what customers get."""

from datetime import datetime

import sqlalchemy as sa

from common.database import reading
from knowledge_base.authoring.gate import Refused
from knowledge_base.authoring.jobs import DONE, FAILED, Held
from knowledge_base.authoring.models import Job
from knowledge_base.authoring.publish import publish, roll_back
from knowledge_base.content import content


def work(held: Held) -> None:
    """Does a publish or rollback job; one that is begun anew is not done twice. Raises Cancelled, Lost."""
    try:
        if held.kind == "publish":
            result = publish(int(held.draft or 0), held.staff, held.progress, wait=True)
        else:
            reason = str(held.arguments.get("reason") or "")
            result = roll_back(held.staff, reason, held.progress, since=_began(held), wait=True)
    except Refused as refused:
        error = {"code": refused.code, "message": refused.message, **refused.facts}
        held.finish(FAILED, {"error": error}, refused.message)
    else:
        held.finish(DONE, result, content("publishing")["steps"]["done"]["text"])


def _began(held: Held) -> datetime:
    with reading() as session:
        began: datetime = session.scalar(sa.select(Job.started_at).where(Job.id == held.id))
        return began
