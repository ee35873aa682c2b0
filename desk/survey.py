"""Satisfaction: asked once after a person and once after the bot, five scores and a reason. All functions block."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.times import utc_now
from desk import queue, store
from desk.errors import sentence
from desk.handover_models import Handover, Survey
from desk.models import Conversation, Message
from desk.store import Said
from knowledge_base.content import content

SCORE, REASON = "desk:survey:", "desk:survey_reason:"
# Words of a customer, before the bot asks how it was.
_LEAST_SAID = 2


def ask(session: Session, row: Conversation, of: Handover | None = None) -> None:
    """Asks a customer for a score; of the agent of a handover, or of the bot."""
    scores = content("desk")["survey"]["scores"].items()
    choices = tuple((f"{score} {title}", f"{SCORE}{score}") for score, title in scores)
    text = sentence("survey" if of else "survey_bot")
    store.add_lines(session, row, [Said("system", text, choices)])
    session.add(
        Survey(
            conversation_id=row.id,
            handover_id=of.id if of else None,
            staff_id=of.staff_id if of else None,
            seq=row.last_seq,
        )
    )


def ask_of_bot(session: Session, row: Conversation) -> None:
    """Asks how the bot was, unless this conversation has been asked for a score before."""
    if row.mode == "bot" and latest(session, row.id) is None:
        ask(session, row)


def latest(session: Session, conversation: str) -> Survey | None:
    """The last question for a score in a conversation."""
    return session.scalar(
        sa.select(Survey).where(Survey.conversation_id == conversation).order_by(Survey.id.desc()).limit(1)
    )


def answer(session: Session, row: Conversation, payload: str, turn: str) -> None:
    """Takes a score or a reason; the second of one kind does not change the first."""
    asked = latest(session, row.id)
    if asked is None or utc_now() - asked.created_at > queue.seconds("survey"):
        store.add_lines(session, row, [Said("system", sentence("survey_late"))], turn)
        return
    known = content("desk")["survey"]
    choices: tuple[tuple[str, str], ...] = ()
    if payload.startswith(REASON):
        asked.reason = asked.reason or payload.removeprefix(REASON)
    elif asked.score is None:
        asked.score, asked.state, asked.answered_at = int(payload.removeprefix(SCORE)), "answered", utc_now()
        if asked.score <= known["why_from"]:
            choices = tuple((title, f"{REASON}{name}") for name, title in known["reasons"].items())
    said = Said("system", sentence("survey_why" if choices else "survey_thanks"), choices)
    store.add_lines(session, row, [said], turn)


def idle(session: Session, limit: int = 50) -> list[str]:
    """Conversations with the bot that have been silent for a while after something was answered, never asked yet."""
    now = utc_now()
    since, until = now - queue.seconds("survey"), now - queue.seconds("idle")
    said = (
        sa.select(sa.func.count())
        .where(Message.conversation_id == Conversation.id, Message.role == "customer")
        .scalar_subquery()
    )
    return list(
        session.scalars(
            sa.select(Conversation.id)
            .where(
                Conversation.mode == "bot",
                Conversation.active_at.between(since, until),
                ~sa.exists().where(Survey.conversation_id == Conversation.id),
                said >= _LEAST_SAID,
            )
            .limit(limit)
        )
    )
