"""What people say of the bot's answers: a customer's thumb, an agent's correction. It comes into the inbox."""

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Path, Response
from pydantic import StrictBool, constr
from sqlalchemy.orm import Session

from common.database import retried, transaction
from common.times import utc_now
from desk.channels.web import Opened
from desk.editor import inbox, knowledge, objects
from desk.editor.assigned import OPEN
from desk.errors import Refused
from desk.handover_models import Handover
from desk.models import Conversation, Message, Turn
from desk.workbench.routes import Agent, Body, Number, sees_all
from knowledge_base.authoring.models import InboxSentence, InboxSource

Seq = Path(ge=1, le=2**31 - 1)


class FeedbackIn(Body):
    """Whether an answer was of use."""

    good: StrictBool


class CorrectionIn(Body):
    """What a line of the customer's meant; null: not what the bot took it for."""

    seq: Number  # type: ignore[valid-type]
    intent: constr(max_length=64) | None = None  # type: ignore[valid-type]


def routes() -> APIRouter:
    """The customers' and the agents' routes of feedback."""
    router = APIRouter()

    @router.post(
        "/api/v1/conversations/{conversation}/messages/{seq}/feedback",
        status_code=204,
        response_class=Response,
        tags=["customer chat"],
    )
    def feedback(conversation: Opened, body: FeedbackIn, seq: int = Seq) -> None:
        """Whether an answer of the bot's was of use; the last word counts."""
        thumb(conversation, seq, good=body.good)

    @router.post(
        "/api/agent/v1/chats/{handover}/corrections",
        status_code=204,
        response_class=Response,
        tags=["agent workbench"],
    )
    def correction(me: Agent, handover: Number, body: CorrectionIn) -> None:  # type: ignore[valid-type]
        """What a customer meant where the bot did not know; for who serves the chat, or did."""
        correct(handover, body.seq, body.intent, me.id, sees_all=sees_all(me))

    @router.get("/api/agent/v1/intents", tags=["agent workbench"])
    def intents(_: Agent) -> list[dict[str, Any]]:
        """What a customer may have meant."""
        return objects.intents()

    return router


@retried
def thumb(conversation: str, seq: int, *, good: bool) -> None:
    """A customer's thumb under an answer of the bot's. Raises Refused."""
    with transaction() as session:
        turn = _turn(session, conversation, seq, "bot")
        if good:
            _taken_back(session, turn.id)
        else:
            _keep(session, turn, inbox.THUMBS_DOWN, None, None)


@retried
def correct(handover: int, seq: int, intent: str | None, staff: int, *, sees_all: bool) -> None:
    """An agent's word on what was meant; a later one replaces it. Raises Refused."""
    if intent is not None and intent not in knowledge.live().objects["intent"]:
        raise Refused(422, "bad_request", "kb_intent_unknown")
    with transaction() as session:
        row = session.get(Handover, handover)
        if row is None or not (sees_all or _has_served(session, row, staff)):
            raise Refused(404, "not_found")
        turn = _turn(session, row.conversation_id, seq, "customer", "bot")
        reason, other = inbox.THUMBS_DOWN, inbox.CORRECTION
        if intent is not None:
            reason, other = other, reason
        former = sa.delete(InboxSource).where(
            InboxSource.turn_id == turn.id, InboxSource.reason == other, InboxSource.staff_id.is_not(None)
        )
        session.execute(former.execution_options(synchronize_session=False))
        _keep(session, turn, reason, intent, staff)


def _has_served(session: Session, row: Handover, staff: int) -> bool:
    """Whether somebody is the chat's agent, or was before it was passed on."""
    said = sa.select(Message.id).where(Message.conversation_id == row.conversation_id, Message.staff_id == staff)
    return row.staff_id == staff or session.scalar(said.limit(1)) is not None


def _turn(session: Session, conversation: str, seq: int, *roles: str) -> Turn:
    """The turn of a line, in which the customer typed something."""
    line = session.scalar(sa.select(Message).where(Message.conversation_id == conversation, Message.seq == seq))
    turn = session.get(Turn, line.turn_id) if line is not None and line.role in roles and line.turn_id else None
    if turn is None:
        raise Refused(404, "not_found")
    return turn


def _keep(session: Session, turn: Turn, reason: str, intent: str | None, staff: int | None) -> None:
    # Of a press there is nothing to learn, nor of a code; whoever minds it is not told so.
    if turn.payload is None and inbox.worth_learning(turn.text):
        channel = session.scalar(sa.select(Conversation.channel).where(Conversation.id == turn.conversation_id))
        inbox.keep(session, inbox.said_in(turn, channel, reason, intent=intent, staff=staff, at=utc_now()))


def _taken_back(session: Session, turn: str) -> None:
    """The customer's thumb points up now."""
    source = session.scalar(
        sa.select(InboxSource).where(
            InboxSource.turn_id == turn, InboxSource.reason == inbox.THUMBS_DOWN, InboxSource.staff_id.is_(None)
        )
    )
    if source is None:
        return
    sentence = session.get(InboxSentence, source.sentence_id)
    session.delete(source)
    session.flush()
    others = sa.select(InboxSource.id).where(InboxSource.sentence_id == sentence.id).limit(1)
    if sentence.state == OPEN and session.scalar(others) is None:
        session.delete(sentence)
