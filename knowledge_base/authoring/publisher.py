"""The author's jobs that change what customers get."""

from knowledge_base.authoring.gate import Refused
from knowledge_base.authoring.jobs import DONE, FAILED, Held
from knowledge_base.authoring.publish import publish, roll_back
from knowledge_base.content import content


def work(held: Held) -> None:
    """Does a publish or rollback job; one that is begun anew is not done twice. Raises Cancelled, Lost."""
    try:
        if held.kind == "publish":
            result = publish(int(held.draft or 0), held.staff, held.progress, wait=True)
        else:
            reason, release = (held.arguments.get(name) for name in ("reason", "release"))
            # A job names what it takes back: begun late, or anew, it takes back nothing else.
            result = roll_back(held.staff, str(reason or ""), held.progress, release=int(release or 0), wait=True)
    except Refused as refused:
        error = {"code": refused.code, "message": refused.message, **refused.facts}
        held.finish(FAILED, {"error": error}, refused.message)
    else:
        held.finish(DONE, result, content("publishing")["steps"]["done"]["text"])
