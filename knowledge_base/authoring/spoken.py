"""What customers said, from the desk's tables: sentences of the inbox, and the last conversations to be replayed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import UtcDateTime
from knowledge_base.authoring.models import InboxSentence

CONVERSATIONS = 200
# Of all of them together: what is said in a day of a busy hour's conversations.
MOST_TURNS = 3_000
MOST_SENTENCES = 2_000

# The desk's table, of which only what is read here is named: nobody imports the desk.
TURNS = sa.table(
    "turns",
    sa.column("id", sa.String),
    sa.column("conversation_id", sa.String),
    sa.column("text", sa.Text),
    sa.column("payload", sa.Text),
    sa.column("intent", sa.String),
    sa.column("created_at", UtcDateTime),
)


@dataclass(frozen=True)
class Spoken:
    """What a customer typed, not masked; `intent` is what the bot took it for then, if that was kept."""

    conversation: str
    at: datetime
    text: str
    intent: str | None


def last_turns(session: Session, conversations: int = CONVERSATIONS) -> list[Spoken]:
    """What customers typed in the last conversations in which they typed something, oldest first."""
    typed = sa.and_(TURNS.c.payload.is_(None), TURNS.c.text != "")
    last = (
        sa.select(TURNS.c.conversation_id)
        .where(typed)
        .group_by(TURNS.c.conversation_id)
        .order_by(sa.func.max(TURNS.c.created_at).desc())
        .limit(conversations)
    )
    rows = session.execute(
        sa.select(TURNS.c.conversation_id, TURNS.c.created_at, TURNS.c.text, TURNS.c.intent)
        .where(typed, TURNS.c.conversation_id.in_(last))
        .order_by(TURNS.c.created_at.desc())
        .limit(MOST_TURNS)
    )
    return [Spoken(*row) for row in rows][::-1]


def inbox(session: Session) -> list[str]:
    """The sentences, masked, that are open or assigned, the newest first."""
    rows = session.scalars(
        sa.select(InboxSentence.text)
        .where(InboxSentence.state != "dismissed")
        .order_by(InboxSentence.id.desc())
        .limit(MOST_SENTENCES)
    )
    return list(rows)


def is_ungrouped(session: Session) -> bool:
    """Whether an open sentence of the inbox has no cluster yet."""
    alone = sa.and_(InboxSentence.state == "open", InboxSentence.cluster_id.is_(None))
    return session.scalar(sa.select(InboxSentence.id).where(alone).limit(1)) is not None
