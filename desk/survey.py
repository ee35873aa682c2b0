"""Satisfaction: asked once after a person and once after the bot, five scores and a reason. All functions block."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.times import utc_now
from desk import queue, store
from desk.errors import sentence
from desk.handover_models import Handover, Survey
from desk.models import Conversation, Message, Turn
from desk.store import Said
from knowledge_base.content import content

SCORE, REASON = "desk:survey:", "desk:survey_reason:"
# Answers, before the bot asks how it was.
_LEAST_ANSWERED = 2


def ask(session: Session, row: Conversation, of: Handover | None = None) -> None:
    """Asks a customer for a score; of the agent of a handover, or of the bot."""
    asked = Survey(
        conversation_id=row.id,
        handover_id=of.id if of else None,
        staff_id=of.staff_id if of else None,
        seq=row.last_seq + 1,
        created_at=utc_now(),
    )
    session.add(asked)
    session.flush()
    scores = content("desk")["survey"]["scores"].items()
    choices = tuple((f"{score} {title}", f"{SCORE}{asked.id}:{score}") for score, title in scores)
    text = sentence("survey" if of else "survey_bot")
    store.add_lines(session, row, [Said("system", text, choices)])


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
    """Takes a score or a reason, of the question that was pressed; the second of one kind does not change the first."""
    number, _, given = payload.removeprefix(SCORE).removeprefix(REASON).partition(":")
    asked = session.get(Survey, int(number)) if number.isdigit() else None
    if asked is None or asked.conversation_id != row.id or utc_now() - asked.created_at > queue.seconds("survey"):
        store.add_lines(session, row, [Said("system", sentence("survey_late"))], turn)
        return
    known = content("desk")["survey"]
    choices: tuple[tuple[str, str], ...] = ()
    if payload.startswith(REASON):
        asked.reason = asked.reason or given
    elif asked.score is None:
        asked.score, asked.state, asked.answered_at = int(given), "answered", utc_now()
        if asked.score <= known["why_from"]:
            choices = tuple((title, f"{REASON}{asked.id}:{name}") for name, title in known["reasons"].items())
    said = Said("system", sentence("survey_why" if choices else "survey_thanks"), choices)
    store.add_lines(session, row, [said], turn)


def idle(session: Session, limit: int = 50) -> list[str]:
    """Conversations with the bot, never asked yet, that have been silent since it answered and left nothing open."""
    now = utc_now()
    since, until = now - queue.seconds("survey"), now - queue.seconds("idle")
    asked = Conversation.id == Survey.conversation_id
    # More than a greeting, and each of it answered by the bot.
    answered = (
        sa.select(sa.func.count(sa.distinct(Turn.id)))
        .join(Message, sa.and_(Message.turn_id == Turn.id, Message.role == "bot"))
        .where(Turn.conversation_id == Conversation.id, Turn.state == "done", Turn.text != "")
        .scalar_subquery()
    )
    last = sa.and_(Message.conversation_id == Conversation.id, Message.seq == Conversation.last_seq)
    return list(
        session.scalars(
            sa.select(Conversation.id)
            .join(Message, last)
            .where(
                Conversation.mode == "bot",
                Conversation.active_at.between(since, until),
                ~sa.exists().where(asked),
                answered >= _LEAST_ANSWERED,
                Message.role == "bot",
                ~Message.text.like("%？"),  # it waits for an answer
                ~sa.exists().where(Turn.conversation_id == Conversation.id, Turn.state == "failed"),
            )
            .limit(limit)
        )
    )
