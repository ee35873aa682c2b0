"""Sentences of the inbox that lie in drafts. All functions are for a transaction of the caller's."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.times import utc_now
from knowledge_base.authoring import drafts
from knowledge_base.authoring.changes import plain
from knowledge_base.authoring.models import InboxSentence

OPEN, ASSIGNED, DISMISSED = "open", "assigned", "dismissed"


def given_back(session: Session, draft: int) -> None:
    """The draft is given up: its sentences wait again."""
    session.execute(
        sa.update(InboxSentence)
        .where(InboxSentence.draft_id == draft, InboxSentence.state == ASSIGNED)
        .values(state=OPEN, intent=None, draft_id=None, changed_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def looked_after(session: Session, draft: int) -> None:
    """What the draft does not hold any more, after an undoing say, waits again."""
    rows = session.scalars(
        sa.select(InboxSentence).where(InboxSentence.draft_id == draft, InboxSentence.state == ASSIGNED)
    ).all()
    if not rows:
        return
    # Under whatever name: the intent may have been renamed since.
    held = {
        plain(example)
        for one in drafts.changes_in(session, draft)
        if one.kind == "intent"
        for example in (one.value or {}).get("examples") or ()
    }
    for row in rows:
        if row.text not in held:
            row.state, row.intent, row.draft_id, row.changed_at = OPEN, None, None, utc_now()
