"""What the desk's own choices mean, whoever answers the conversation. All functions block."""

from sqlalchemy.orm import Session

from desk import handover, store, survey
from desk.errors import sentence
from desk.models import Conversation
from desk.store import Said


def answer(session: Session, row: Conversation, payload: str, turn: str) -> None:
    """Does what a choice `desk:…` says."""
    if payload == handover.HUMAN:
        said = [Said("bot", sentence("handover"))]
        handover.open_handover(session, row, {"intent": "human_agent", "reason": "asked"}, said, turn)
    elif payload == handover.LEAVE_QUEUE:
        handover.leave_queue(session, row, turn)
    elif payload == handover.CALL_BACK:
        handover.call_back(session, row, turn)
    elif payload.startswith((survey.SCORE, survey.REASON)):
        survey.answer(session, row, payload, turn)
    else:
        store.add_lines(session, row, [Said("system", sentence("choice_unknown"))], turn)
