"""What the desk's own choices mean, whoever answers the conversation. All functions block."""

from sqlalchemy.orm import Session

from desk import handover, proposals, store, survey
from desk.errors import sentence
from desk.models import Conversation
from desk.store import Said


def press(conversation: str, payload: str, turn: str) -> None:
    """Does what a choice asks of the operator, before `answer`: no transaction waits for it."""
    if payload.startswith(proposals.CHOICE):
        proposals.press(conversation, payload, turn)


def answer(session: Session, row: Conversation, payload: str, turn: str) -> None:
    """Does what a choice `desk:…` says."""
    if payload == handover.HUMAN:
        wish = {"intent": "human_agent", "reason": "asked"}
        handover.open_handover(session, row, wish, [], turn, Said("bot", sentence("handover")))
    elif payload == handover.LEAVE_QUEUE:
        handover.leave_queue(session, row, turn)
    elif payload == handover.CALL_BACK:
        handover.call_back(session, row, turn)
    elif payload.startswith((survey.SCORE, survey.REASON)):
        survey.answer(session, row, payload, turn)
    elif payload.startswith(proposals.CHOICE):
        proposals.answer(session, row, payload, turn)
    else:
        store.add_lines(session, row, [Said("system", sentence("choice_unknown"))], turn)
